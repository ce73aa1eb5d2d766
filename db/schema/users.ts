import { sql } from 'drizzle-orm';
import { boolean, check, integer, pgTable, text } from 'drizzle-orm/pg-core';
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
    role: text({ enum: roles }).notNull().default('member'),
    disabledAt: instant(),
    /** Rises with every change of a factor, of the account and with the end of its sessions: what was begun before is over */
    securityStamp: integer().notNull().default(0),
    createdAt: createdAt(),
  },
  (table) => [check('users_role', sql`${table.role} in ('member', 'administrator')`)],
);
