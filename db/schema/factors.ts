import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { bytes, createdAt, id, instant, origin } from '../columns';
import { ownerId } from './users';

/** The hash carries its own parameters, so that they can rise without anybody's password changing. */
export const passwords = pgTable('passwords', {
  userId: ownerId().primaryKey(),
  hash: text().notNull(),
  changedAt: instant().notNull().defaultNow(),
  ...origin(),
});

/** Encrypted for its row, with a key that is named beside it. It counts once `confirmedAt` is set, and each 30-second step once. */
export const totpSecrets = pgTable('totp_secrets', {
  userId: ownerId().primaryKey(),
  secret: bytes().notNull(),
  keyId: text().notNull(),
  confirmedAt: instant(),
  lastStep: bigint({ mode: 'number' }).notNull().default(0),
  createdAt: createdAt(),
  ...origin(),
});

/** The selector finds the row, the hash proves the rest of the code. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    id: id(),
    userId: ownerId(),
    selector: text().notNull(),
    hash: text().notNull(),
    createdAt: createdAt(),
    usedAt: instant(),
  },
  (table) => [unique('recovery_codes_selector').on(table.userId, table.selector)],
);

/** Consecutive failures of one factor of one account, known or not; a success with that factor deletes the row. */
export const factorFailures = pgTable(
  'factor_failures',
  {
    key: text().primaryKey(),
    failures: integer().notNull(),
    blockedUntil: instant().notNull(),
    lastAt: instant().notNull(),
  },
  (table) => [index('factor_failures_few').on(table.lastAt).where(sql`failures < 5`)],
);

/** Browsers that have signed in to an account, so that a new one can be told to its owner. */
export const knownBrowsers = pgTable(
  'known_browsers',
  { userId: ownerId(), browserHash: text().notNull(), lastSeenAt: instant().notNull() },
  (table) => [primaryKey({ columns: [table.userId, table.browserHash] })],
);

/** What an administrator has decided; one row, or the defaults. */
export const settings = pgTable('settings', {
  id: integer().primaryKey().default(1),
  passkeyIsTwoFactors: boolean().notNull().default(true),
});

/** A first factor that waits for a second. It is not a session: it opens nothing but the second-factor page. */
export const pendingSignIns = pgTable(
  'pending_sign_ins',
  {
    id: id(),
    tokenHash: text().notNull().unique(),
    browserHash: text().notNull(),
    userId: ownerId(),
    /** The user's when the first factor was given; with another one it is over */
    securityStamp: integer().notNull().default(0),
    passkeyId: uuid(),
    confirmsUserVerification: boolean().notNull().default(false),
    endsOtherSessions: boolean().notNull().default(false),
    amr: text().array().notNull(),
    acr: text().notNull(),
    returnTo: text(),
    ...origin(),
    expiresAt: instant().notNull(),
  },
  (table) => [index('pending_sign_ins_user').on(table.userId), index('pending_sign_ins_expiry').on(table.expiresAt)],
);
