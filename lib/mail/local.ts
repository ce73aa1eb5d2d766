import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import type { Message } from './message';

const MOST_MESSAGES = 50;
type LocalMessage = Message & { id: string; at: Date };
const messages = lazy<LocalMessage[]>('outbox', () => []);

/** The local mails, newest first; nothing where there is no local outbox, that is anywhere but on localhost without SMTP. */
export const readOutbox = () => (config.mail === 'outbox' ? [...messages().values()].reverse() : undefined);

/** Shows an e-mail on this machine instead of sending it. */
export function storeLocally(message: Message, { id, createdAt: at }: { id: string; createdAt: Date }) {
  messages().push({ ...message, id, at });
  messages().sort((a, b) => a.at.getTime() - b.at.getTime());
  if (messages().length > MOST_MESSAGES) messages().shift();
  process.stdout.write(
    `\n--- mail to ${message.to}: ${message.subject} (also at ${config.publicUrl}/outbox)\n${message.text}\n---\n`,
  );
  return undefined;
}
