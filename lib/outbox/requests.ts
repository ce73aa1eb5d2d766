import { afterCommit, type Db } from '@/db';
import type { RequestContext } from '@/lib/request-context';
import { MINUTES, SECONDS } from '@/lib/time';
import { type Delivery, deliverSoon, undeliveredMail } from './delivery';
import { deleteMessage, insertMessage } from './queries';

/** `mayWrite` tells whether the limit of e-mails to this address allowed one more, which was counted at the request. */
type Input = { email: string; name?: string; mayWrite: boolean };

/**
 * A visitor's request that is processed after the response (decision 0014). `complete` deletes it in the transaction of
 * its result; when it returns false, another instance has claimed the request.
 */
type Request = Input & { context: RequestContext; complete: (tx: Db) => Promise<boolean> };

/**
 * Stores a visitor's request, by the same statement whether or not the account exists, and has it processed after the
 * commit and the response: by this process, or by another one if this one dies.
 */
export async function takeRequest(
  tx: Db,
  kind: string,
  { email, name, mayWrite }: Input,
  delivery: Delivery,
  { address, browser, requestId }: RequestContext,
) {
  const payload = { address, browser, requestId, mayWrite: String(mayWrite), ...(name && { name }) };
  await insertMessage(tx, { kind, recipient: email, payload });
  await afterCommit(tx, () => deliverSoon(kind, { [kind]: delivery }));
}

/** How requests of one kind are processed. */
export const requestDelivery = (handle: (request: Request) => Promise<void>): Delivery => ({
  pauses: [30 * SECONDS, 2 * MINUTES, 10 * MINUTES, 30 * MINUTES],
  longest: 30 * SECONDS,
  atOnce: 2,
  attempt: async (message) => {
    const { address = '', browser = '', requestId = '', name, mayWrite } = message.payload!;
    const context = { address, browser, requestId };
    const input = { email: message.recipient!, name, mayWrite: mayWrite !== 'false' };
    await handle({ ...input, context, complete: (tx) => deleteMessage(tx, message) });
    return undefined;
  },
  eventOf: undeliveredMail,
});
