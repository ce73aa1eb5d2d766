import { afterResponse } from '@/lib/after-response';
import { lazy } from '@/lib/lazy';
import { type Deliveries, deliverDue } from './delivery';

const deliveryState = lazy('outbox-delivery', () => ({ isDisabled: false }));

/**
 * From now on what this process writes is left to the server, which looks every two seconds: for a command, which ends with
 * its answer and prints nothing else.
 */
export function disableDelivery() {
  deliveryState().isDisabled = true;
}

/** Delivers what is due of these kinds once the answer has gone out, where this process delivers at all. */
export async function deliverSoon(what: string, deliveries: Deliveries) {
  if (deliveryState().isDisabled) return;
  await afterResponse(what, async () => void (await deliverDue(deliveries)));
}
