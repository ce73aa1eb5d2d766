import 'server-only';
import { db } from '@/db';
import { listFailing } from './queries';

export {
  type Delivery,
  type DeliveryProblem,
  deliverDue,
  deliverSoon,
  disableDelivery,
  stopDelivering,
  undeliveredMail,
} from './delivery';
export { deleteFailedTo, insertMessage, type OutboxMessage, purgeOutbox } from './queries';
export { requestDelivery, takeRequest } from './requests';

/** The messages that have failed, finally or so far, the latest first. */
export const listUndelivered = (limit = 100) => listFailing(db, limit);
