import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, origin } from '../columns';
import { passkeys } from './passkeys';
import { ownerId } from './users';

/** A browser that is signed in, and how it came to be. Ending a session deletes its row. */
export const sessions = pgTable(
  'sessions',
  {
    id: id(),
    tokenHash: text().notNull().unique(),
    userId: ownerId(),
    passkeyId: uuid().references(() => passkeys.id, { onDelete: 'cascade' }),
    amr: text().array().notNull(),
    acr: text().notNull(),
    authTime: instant().notNull(),
    stepUpAt: instant(),
    stepUpAmr: text().array(),
    stepUpAcr: text(),
    ...origin(),
    address: text().notNull(),
    browser: text().notNull(),
    createdAt: createdAt(),
    lastSeenAt: instant().notNull(),
    endsAt: instant().notNull(),
  },
  (table) => [
    index('sessions_user').on(table.userId),
    index('sessions_passkey').on(table.passkeyId),
    index('sessions_seen').on(table.lastSeenAt),
    index('sessions_end').on(table.endsAt),
  ],
);
