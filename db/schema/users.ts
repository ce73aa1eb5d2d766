import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, text } from 'drizzle-orm/pg-core';
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
    createdAt: createdAt(),
  },
  (table) => [check('users_role', sql`${table.role} in ('member', 'administrator')`)],
);
