import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, instant, origin, timeOrderedId } from '../columns';
import { passkeys } from './passkeys';
import { ownerId } from './users';

/** A browser that is signed in, and how it came to be. Ending a session deletes its row. */
export const sessions = pgTable(
  'sessions',
  {
    id: timeOrderedId(),
    tokenHash: text().notNull(),
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
    // Looked for by one value alone: a hash index takes as many pages for ten million rows as for a thousand.
    index('sessions_by_token').using('hash', table.tokenHash),
    index('sessions_of_user').using('hash', table.userId),
    index('sessions_of_passkey').using('hash', table.passkeyId),
    index('sessions_seen').on(table.lastSeenAt),
    index('sessions_end').on(table.endsAt),
  ],
);
