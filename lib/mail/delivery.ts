import { config } from '@/lib/config';
import { type Delivery, deliverSoon, type OutboxMessage, undeliveredMail } from '@/lib/outbox';
import { describeBrowser } from '@/lib/request-context';
import { HOURS, MINUTES, SECONDS } from '@/lib/time';
import { open } from '@/lib/vault';
import { storeLocally } from './local';
import type { Message } from './message';
import { newBrowserEmail } from './messages';
import { deliver, MOST_CONNECTIONS, problemOf } from './transport';

/** The attempts go on for longer than a mail server that is down for a night. */
const pauses = [30 * SECONDS, 2 * MINUTES, 10 * MINUTES, 30 * MINUTES, ...[1, 2, 4, 8, 16].map((n) => n * HOURS)];

const deliveryOf = (atOnce: number, read: (row: OutboxMessage) => Promise<Message | undefined>): Delivery => ({
  pauses,
  longest: 60 * SECONDS,
  atOnce,
  attempt: async (row) => {
    if (config.mail === 'none') return { reason: 'no_mail_server' };
    const message = await read(row);
    if (!message) return { reason: 'app_secret_missing' };
    if (config.mail === 'outbox') return storeLocally(message, row);
    return deliver(message, row.id).then(() => undefined, problemOf);
  },
  eventOf: undeliveredMail,
});

/**
 * How e-mails are delivered: those that were written whole, and sealed, and those that are written when they go out. Both
 * share the connections to the mail server, so that none waits for one while its time runs.
 */
export const emailDeliveries = {
  email: deliveryOf(MOST_CONNECTIONS - 2, async ({ id, recipient: to, subject, keyId, sealed }) => {
    const body = await open('outbox', id, { keyId: keyId!, sealed: sealed! });
    return body && { to: to!, subject: subject!, ...JSON.parse(body.toString()) };
  }),
  'new-browser-email': deliveryOf(2, async ({ recipient, payload }) =>
    newBrowserEmail(recipient!, describeBrowser(payload!.browser!), payload!.address!),
  ),
};

/** Delivers the e-mails that are due, after the answer. */
export const deliverEmails = () => deliverSoon('e-mails', { email: emailDeliveries.email });

/** Delivers what is due to those who signed in in a new browser, after the answer. */
export const deliverNewBrowserEmails = () =>
  deliverSoon('e-mails', { 'new-browser-email': emailDeliveries['new-browser-email'] });
