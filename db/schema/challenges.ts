import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, timeOrderedId } from '../columns';
import { oneTimeTokens } from './one-time-tokens';
import { sessions } from './sessions';
import { users } from './users';

export const challengePurposes = ['register', 'authenticate', 'step-up'] as const;

/** The single-use question of a ceremony with its demands; deleting the row is what answers it. */
export const challenges = pgTable(
  'challenges',
  {
    id: timeOrderedId(),
    value: text().notNull(),
    purpose: text({ enum: challengePurposes }).notNull(),
    browserHash: text().notNull(),
    userId: uuid().references(() => users.id, { onDelete: 'cascade' }),
    sessionId: uuid().references(() => sessions.id, { onDelete: 'cascade' }),
    enrolmentId: uuid().references(() => oneTimeTokens.id, { onDelete: 'cascade' }),
    userVerification: boolean().notNull(),
    discoverable: boolean().notNull(),
    conditional: boolean().notNull().default(false),
    returnTo: text(),
    expiresAt: instant().notNull(),
  },
  (table) => [
    // Only of those that have one: the challenge of a sign-in has none, and is written into none of these.
    index('challenges_of_user').on(table.userId).where(sql`user_id is not null`),
    index('challenges_of_session').on(table.sessionId).where(sql`session_id is not null`),
    index('challenges_of_enrolment').on(table.enrolmentId).where(sql`enrolment_id is not null`),
    index('challenges_expiry').on(table.expiresAt),
    check('challenges_purpose', sql`${table.purpose} in ('register', 'authenticate', 'step-up')`),
  ],
);
