import { index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant } from '../columns';
import { users } from './users';

/** What a program may do, by a key of which only a digest is stored. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: id(),
    name: text().notNull().unique(),
    digest: text().notNull().unique(),
    permissions: text().array().notNull(),
    /** Addresses or networks (CIDR) it may be used from; empty for anywhere */
    addresses: text().array().notNull(),
    createdBy: uuid().references(() => users.id, { onDelete: 'set null' }),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    lastUsedAt: instant(),
  },
  (table) => [index('api_keys_created_by').on(table.createdBy)],
);

/** What was answered to a creation, so that sending it again with the same `Idempotency-Key` creates nothing more. */
export const idempotentAnswers = pgTable(
  'idempotent_answers',
  {
    /** Who sent it: a user or an API key */
    actor: text().notNull(),
    key: text().notNull(),
    /** A digest of what was sent */
    request: text().notNull(),
    /** Without what is shown once */
    body: jsonb(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.actor, table.key] }),
    index('idempotent_answers_created').on(table.createdAt),
  ],
);
