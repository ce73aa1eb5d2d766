import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, timeOrderedId } from '../columns';

export const outcomes = ['success', 'failure'] as const;

/** Something that happened, and stays written: no foreign keys, and triggers refuse updates, deletes and truncate. */
export const auditEvents = pgTable(
  'audit_events',
  {
    id: timeOrderedId(),
    // Not now(): within a transaction that stands still, and what happened there would have no order.
    at: instant().notNull().default(sql`clock_timestamp()`),
    type: text().notNull(),
    outcome: text({ enum: outcomes }).notNull(),
    reason: text(),
    actorId: uuid(),
    subjectId: uuid(),
    passkeyId: uuid(),
    sessionId: uuid(),
    clientId: text(),
    /** What it was done to, where that is neither a user nor a passkey, a session or a client. */
    targetType: text(),
    targetId: text(),
    details: jsonb().$type<Record<string, string | number | boolean | string[] | undefined>>(),
    address: text().notNull(),
    browser: text().notNull(),
    requestId: text().notNull(),
  },
  (table) => [
    index('audit_events_subject').on(table.subjectId, table.at),
    index('audit_events_actor').on(table.actorId, table.at),
    index('audit_events_at').on(table.at),
    // What every sign-in writes goes to the end of an index of its own; where all types share one, it goes into the middle.
    index('audit_events_passkey_used').on(table.at).where(sql`type = 'auth.passkey.success'`),
    index('audit_events_session_created').on(table.at).where(sql`type = 'session.created'`),
    index('audit_events_session_revoked').on(table.at).where(sql`type = 'session.revoked'`),
    index('audit_events_other_type')
      .on(table.type, table.at)
      .where(sql`type not in ('auth.passkey.success', 'session.created', 'session.revoked')`),
    index('audit_events_refused').on(table.at).where(sql`outcome = 'failure'`),
    index('audit_events_client').on(table.clientId, table.at).where(sql`client_id is not null`),
    index('audit_events_target').on(table.targetId, table.at).where(sql`target_id is not null`),
    check('audit_events_outcome', sql`${table.outcome} in ('success', 'failure')`),
  ],
);
