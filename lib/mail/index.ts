import 'server-only';
import { randomUUID } from 'node:crypto';
import { afterCommit, type Db } from '@/db';
import { config } from '@/lib/config';
import { hashToken } from '@/lib/crypto';
import { insertMessage } from '@/lib/outbox';
import { seal } from '@/lib/vault';
import { deliverEmails } from './delivery';
import type { Message } from './message';

export { deleteFailedTo } from '@/lib/outbox';
export { deliverNewBrowserEmails, emailDeliveries } from './delivery';
export { readOutbox } from './local';
export type { Message } from './message';
export * from './messages';
export { newBrowserEmailFrom } from './queries';

type Sending = { userId: string | null; link?: string; withheld?: boolean };

/** The hash of no token. */
const NO_LINK = '';

/**
 * Writes an e-mail into the outbox: pass the transaction of the change that it reports. It is sent after the commit and the
 * response, so that timing reveals nothing, and retried on failure. It is deleted with the account of `userId` if it is not
 * sent by then; `null` where it is about none. With `link`, a token that was stored before, it is sent only while that is
 * valid. A `withheld` one is stored and never sent, so that the timing is the same for every address.
 */
export async function sendEmail(tx: Db, { to, subject, text, html }: Message, { userId, link, withheld }: Sending) {
  if (config.mail === 'none') return;
  const id = randomUUID();
  const body = seal('outbox', id, Buffer.from(JSON.stringify({ text, html })));
  const linkHash = withheld ? NO_LINK : link && hashToken(link);
  await insertMessage(tx, { id, kind: 'email', recipient: to, userId, subject, ...body, linkHash });
  await afterCommit(tx, deliverEmails);
}
