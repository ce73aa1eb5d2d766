import { afterCommit, type Db } from '@/db';
import type { RequestContext } from '@/lib/request-context';
import { MINUTES, SECONDS } from '@/lib/time';
import type { Delivery } from './delivery';
import { deleteMessage, insertMessage } from './queries';
import { deliverSoon } from './soon';

/** `mayWrite` says whether this address was still written to within its limit, which is counted once, when it is asked. */
type Input = { email: string; name?: string; mayWrite: boolean };

/**
 * What was asked and is looked into after the answer (decision 0014). `complete` takes the request out, in the transaction
 * of what comes of it: where it says no, another instance has taken it up.
 */
type Request = Input & { context: RequestContext; complete: (tx: Db) => Promise<boolean> };

/**
 * Keeps what a visitor asks for, the same statement whoever it is about, and has it looked into once it is committed and
 * the answer has gone out: by this process, or by another one if this one dies.
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

/** How requests of one kind are looked into. */
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
  eventOf: (_, { problem, isLast }) =>
    problem && isLast ? { type: 'mail.undelivered', reason: problem.reason } : undefined,
});
