import { afterResponse } from '@/lib/after-response';
import { lazy } from '@/lib/lazy';
import { type Deliveries, deliverDue } from './delivery';

const deliveryState = lazy('outbox-delivery', () => ({ isDisabled: false }));

/**
 * Leaves delivery to the server, which polls every two seconds. For the command line, which ends with its answer and prints
 * nothing else.
 */
export function disableDelivery() {
  deliveryState().isDisabled = true;
}

/** Delivers the due messages of these kinds after the response, unless this process does not deliver. */
export async function deliverSoon(what: string, deliveries: Deliveries) {
  if (deliveryState().isDisabled) return;
  await afterResponse(what, async () => void (await deliverDue(deliveries)));
}
