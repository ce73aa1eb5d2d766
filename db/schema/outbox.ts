import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, id, instant } from '../columns';
import { clients } from './clients';
import { users } from './users';

/**
 * What has to reach somebody outside, written in the transaction of what it tells and gone once it is delivered. What
 * failed for good stays for a while, without its body, so that administrators see it.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: id(),
    kind: text().notNull(),
    /** The address that a message goes to, and its subject line; both may be shown */
    recipient: text(),
    subject: text(),
    /** Whose account it is about: what was not sent yet ends with that */
    userId: uuid().references(() => users.id, { onDelete: 'cascade' }),
    clientId: text().references(() => clients.id, { onDelete: 'cascade' }),
    /** What is no secret; a body with a live link is sealed instead */
    payload: jsonb().$type<Record<string, string>>(),
    keyId: text(),
    sealed: bytes(),
    /** The link that a message is good for, and until when */
    linkHash: text(),
    expiresAt: instant(),
    attempts: integer().notNull().default(0),
    nextAt: instant().notNull().default(sql`clock_timestamp()`),
    lastError: text(),
    failedAt: instant(),
    /** In the order of writing, also within a transaction */
    createdAt: instant().notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    index('outbox_due_kind').on(table.kind, table.nextAt).where(sql`failed_at is null`),
    index('outbox_failed').on(table.failedAt),
    index('outbox_failed_recipient').on(table.recipient).where(sql`failed_at is not null`),
    index('outbox_failing').on(table.createdAt).where(sql`last_error is not null`),
    index('outbox_user').on(table.userId),
    index('outbox_client').on(table.clientId),
  ],
);
