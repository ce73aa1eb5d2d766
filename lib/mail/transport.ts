import { createTransport, type Transporter } from 'nodemailer';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import type { DeliveryProblem } from '@/lib/outbox';
import type { Message } from './message';

/** As many e-mails as are handed over at the same time. */
export const MOST_CONNECTIONS = 5;

const transport = lazy<Transporter>('mail', () =>
  createTransport({
    url: config.smtpUrl,
    // A parameter of the URL (`?requireTLS=false`) overrides this.
    requireTLS: config.smtpRequiresTls,
    pool: true,
    maxConnections: MOST_CONNECTIONS,
    connectionTimeout: 10_000,
    dnsTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  }),
);

/** Sends a message to the mail server; rejects when that refuses it. Every attempt has the same `Message-ID`. */
export const deliver = ({ to, subject, text, html }: Message, id: string) =>
  transport().sendMail({
    from: config.mailFrom,
    to: { name: '', address: to },
    messageId: `<${id}@${config.publicAddress.hostname}>`,
    subject,
    text,
    html,
  });

/** The code of a failed delivery, without the server's text: final where the message itself was refused (RFC 5321 §4.2.1). */
export function problemOf(error: unknown): DeliveryProblem {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  if (!responseCode) return { reason: code ?? 'unreachable' };
  return {
    reason: `smtp_${responseCode}`,
    final: responseCode >= 500 && ['EENVELOPE', 'EMESSAGE'].includes(code ?? ''),
  };
}
