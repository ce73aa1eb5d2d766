import 'server-only';
import { randomUUID } from 'node:crypto';
import { afterResponse } from '@/lib/after-response';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import type { Message } from './message';
import { deliver } from './transport';

export type { Message } from './message';
export * from './messages';

type OutboxMail = Message & { id: string; at: Date };

const KEPT = 50;
const outbox = lazy<OutboxMail[]>('outbox', () => []);

/** The local mails, newest first; nothing where there is no local outbox, that is anywhere but on localhost without SMTP. */
export const readOutbox = () => (config.mail === 'outbox' ? [...outbox.values()].reverse() : undefined);

/** Sends an e-mail after the answer has gone out, so that its time tells nothing. A failure is logged, never thrown. */
export function sendEmail(message: Message) {
  if (config.mail === 'none') return;
  void afterResponse(`e-mail: ${message.subject}`, async () => {
    if (config.mail === 'smtp') await deliver(message);
    else storeInOutbox(message);
  });
}

function storeInOutbox(message: Message) {
  outbox.push({ ...message, id: randomUUID(), at: new Date() });
  if (outbox.length > KEPT) outbox.shift();
  process.stdout.write(
    `\n--- mail to ${message.to}: ${message.subject} (also at ${config.publicUrl}/outbox)\n${message.text}\n---\n`,
  );
}
