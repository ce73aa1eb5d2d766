import { createTransport, type Transporter } from 'nodemailer';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import type { Message } from './message';

const transport = lazy<Transporter>('mail', () =>
  createTransport({
    url: config.smtpUrl,
    // What the URL says (`?requireTLS=false`) is stronger.
    requireTLS: config.smtpRequiresTls,
    pool: true,
    connectionTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  }),
);

/** Hands a message to the mail server; rejects when it does not take it. */
export const deliver = ({ to, subject, text, html }: Message) =>
  transport.sendMail({ from: config.mailFrom, to: { name: '', address: to }, subject, text, html });
