import 'server-only';
import { randomUUID } from 'node:crypto';
import { afterAnswer } from '@/lib/after-answer';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import type { Letter } from './letter';
import { deliver } from './transport';

export type { Letter } from './letter';
export * from './letters';

type OutboxMail = Letter & { id: string; at: Date };

const KEPT = 50;
const outbox = lazy<OutboxMail[]>('outbox', () => []);

/** The local mails, newest first; nothing where there is no local outbox, that is anywhere but on localhost without SMTP. */
export const readOutbox = () => (config.mail === 'outbox' ? [...outbox.values()].reverse() : undefined);

/** Sends a letter after the answer has gone out, so that its time tells nothing. A failure is logged, never thrown. */
export function sendLetter(letter: Letter) {
  if (config.mail === 'none') return;
  void afterAnswer(`letter: ${letter.subject}`, async () => {
    if (config.mail === 'smtp') await deliver(letter);
    else keepInOutbox(letter);
  });
}

function keepInOutbox(letter: Letter) {
  outbox.push({ ...letter, id: randomUUID(), at: new Date() });
  if (outbox.length > KEPT) outbox.shift();
  process.stdout.write(
    `\n--- mail to ${letter.to}: ${letter.subject} (also at ${config.publicUrl}/outbox)\n${letter.text}\n---\n`,
  );
}
