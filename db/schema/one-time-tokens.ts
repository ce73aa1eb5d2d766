import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, createdAt, id, instant } from '../columns';
import { roles, users } from './users';

export const tokenPurposes = ['setup', 'invite', 'sign-up', 'recover', 'verify-email', 'cancel-recovery'] as const;

/** Links that work once: enrolments, which carry what the new user will be called, and links bound to a user. */
export const oneTimeTokens = pgTable(
  'one_time_tokens',
  {
    id: id(),
    tokenHash: text().notNull().unique(),
    purpose: text({ enum: tokenPurposes }).notNull(),
    email: text(),
    name: text(),
    role: text({ enum: roles }).notNull().default('member'),
    userHandle: bytes(),
    userId: uuid().references(() => users.id, { onDelete: 'cascade' }),
    createdBy: uuid().references(() => users.id, { onDelete: 'set null' }),
    /** Went out by mail and was shown to nobody else: whoever brings it reads the mailbox */
    mailed: boolean().notNull().default(false),
    /** Made at the command line of the machine: nothing is held for it */
    breakGlass: boolean().notNull().default(false),
    /** The recovery that this link cancels */
    recoveryId: uuid(),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    consumedAt: instant(),
  },
  (table) => [
    index('one_time_tokens_email').on(table.email),
    index('one_time_tokens_user').on(table.userId),
    index('one_time_tokens_creator').on(table.createdBy),
    index('one_time_tokens_expiry').on(table.expiresAt),
    check(
      'one_time_tokens_purpose',
      sql`${table.purpose} in ('setup', 'invite', 'sign-up', 'recover', 'verify-email', 'cancel-recovery')`,
    ),
  ],
);
