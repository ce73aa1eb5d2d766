import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, createdAt, id, instant } from '../columns';

export const roles = ['member', 'administrator'] as const;

export const users = pgTable(
  'users',
  {
    id: id(),
    /** WebAuthn's `user.id`: 64 random bytes, told to authenticators and to nobody else */
    handle: bytes().notNull().unique(),
    email: text().notNull().unique(),
    emailVerifiedAt: instant(),
    /** Was here before recovery asked for a confirmed address, and keeps it without one */
    recoversUnconfirmed: boolean().notNull().default(false),
    name: text().notNull(),
    /** A short name for apps, given by a trigger, which is never somebody else's */
    username: text().unique(),
    /** BCP 47, and a name of the time zone database; what the browser said until the user chooses */
    locale: text(),
    zoneinfo: text(),
    /** When something last changed that apps are told of; kept by the same trigger */
    updatedAt: instant().notNull().defaultNow(),
    role: text({ enum: roles }).notNull().default('member'),
    disabledAt: instant(),
    /** Rises with every change of a factor, of the account and with the end of its sessions: what was begun before is over */
    securityStamp: integer().notNull().default(0),
    createdAt: createdAt(),
  },
  (table) => [
    index('users_administrators').on(table.id).where(sql`role = 'administrator'`),
    index('users_created').on(table.createdAt, table.id),
    check('users_role', sql`${table.role} in ('member', 'administrator')`),
  ],
);

/** The user to whom a row belongs, with whose account it goes. */
export const ownerId = () =>
  uuid()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });
