import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { type Db, prepared } from '@/db';
import { before, exactly, type Place } from '@/db/keyset';
import { ago, purgeSlices } from '@/db/purge';
import { auditEvents, clients, users } from '@/db/schema';
import { config } from '@/lib/config';
import type { RequestContext } from '@/lib/request-context';
import { DAYS } from '@/lib/time';
import { type AuditEvent, type AuditType, auditTypes, type PlainEvent, storedDetails } from './events';
import { readReason } from './reasons';

const rowOf = ({ target, means, ...event }: AuditEvent, context: RequestContext) => ({
  ...event,
  ...(target && { targetType: target.type, targetId: target.id }),
  details: storedDetails({ ...event, means }),
  outcome: auditTypes[event.type][0],
  ...context,
});

const insertRows = prepared<{ rows: string }>()(
  ({ rows }) => sql`insert into ${auditEvents} (type, outcome, reason, actor_id, subject_id, passkey_id, session_id,
      client_id, target_type, target_id, details, address, browser, request_id)
    select type, outcome, reason, "actorId", "subjectId", "passkeyId", "sessionId", "clientId", "targetType", "targetId",
      details, address, browser, "requestId"
    from json_to_recordset(${rows}::text::json) as event (type text, outcome text, reason text, "actorId" uuid,
      "subjectId" uuid, "passkeyId" uuid, "sessionId" uuid, "clientId" text, "targetType" text, "targetId" text,
      details jsonb, address text, browser text, "requestId" text)`,
);

/** Inserts events in their order. */
export const insertEvents = (db: Db, events: AuditEvent[], context: RequestContext) =>
  insertRows(db, { rows: JSON.stringify(events.map((event) => rowOf(event, context))) });

type EventColumns = Partial<Record<'reason' | 'actorId' | 'subjectId' | 'passkeyId' | 'sessionId', SQL>>;

/**
 * An event as a part of a larger statement, written for each row of `from`. The statement has the request context in the
 * one row of `input`.
 */
export const eventFrom = (type: PlainEvent['type'], { from, ...columns }: EventColumns & { from: SQL }) => {
  const { reason, actorId, subjectId, passkeyId, sessionId } = columns;
  const none = sql`null`;
  return sql`insert into ${auditEvents} (type, outcome, reason, actor_id, subject_id, passkey_id, session_id, address, browser, request_id)
    select ${type}, ${auditTypes[type][0]}, ${reason ?? none}, ${actorId ?? none}, ${subjectId ?? none}, ${passkeyId ?? none}::uuid,
      ${sessionId ?? none}::uuid, input.address, input.browser, input.request_id from ${from}, input`;
};

export const listEvents = (db: Db, subjectId: string, limit: number) =>
  db
    .select({
      id: auditEvents.id,
      at: auditEvents.at,
      type: auditEvents.type,
      outcome: auditEvents.outcome,
      address: auditEvents.address,
      browser: auditEvents.browser,
    })
    .from(auditEvents)
    .where(eq(auditEvents.subjectId, subjectId))
    .orderBy(desc(auditEvents.at))
    .limit(limit);

type EventFilter = {
  type?: AuditType;
  outcome?: 'success' | 'failure';
  actorId?: string;
  subjectId?: string;
  targetId?: string;
  clientId?: string;
};

/** A word of ours as a part of the text: as a value, Postgres would plan for one that is neither rare nor common. */
const written = (word: AuditType | 'success' | 'failure') => sql`${word}`.inlineParams();

/**
 * The latest events of everybody, or those before a place, with the names of who did it, to whom and in which client, as
 * far as they exist.
 */
export async function listAllEvents(db: Db, filter: EventFilter, limit: number, place?: Place) {
  // A type has one outcome: of the other one there is nothing to look for.
  if (filter.type && filter.outcome && auditTypes[filter.type][0] !== filter.outcome) return [];
  const [actors, subjects] = [alias(users, 'actors'), alias(users, 'subjects')];
  const { id, at, type, outcome, actorId, subjectId, targetId, clientId, ...others } = auditEvents;
  const { reason, targetType, details, passkeyId, sessionId, address, browser, requestId } = others;
  const names = { actor: actors.name, subject: subjects.name, client: clients.name };
  const ids = { id, actorId, subjectId, targetType, targetId, clientId, passkeyId, sessionId, requestId };
  const rows = await db
    .select({ ...ids, ...names, at, place: exactly(at), type, outcome, reason, details, address, browser })
    .from(auditEvents)
    .leftJoin(actors, eq(actors.id, actorId))
    .leftJoin(subjects, eq(subjects.id, subjectId))
    .leftJoin(clients, eq(clients.id, clientId))
    .where(
      and(
        filter.type && sql`${type} = ${written(filter.type)}`,
        filter.outcome && sql`${outcome} = ${written(filter.outcome)}`,
        filter.actorId ? eq(actorId, filter.actorId) : undefined,
        filter.subjectId ? eq(subjectId, filter.subjectId) : undefined,
        filter.targetId ? eq(targetId, filter.targetId) : undefined,
        filter.clientId ? eq(clientId, filter.clientId) : undefined,
        place && before({ at, id }, place),
      ),
    )
    .orderBy(desc(at), desc(id))
    .limit(limit);
  return rows.map((row) => ({ ...row, reason: readReason(row.reason) }));
}

/** Deletes what is older than the retention; the trigger lets deletes through in these transactions only, and of no event of today. */
export const purgeEvents = (db: Db) =>
  purgeSlices((slice) =>
    db.transaction(async (tx) => {
      await tx.execute(sql`select set_config('latchkey.purging_audit_events', 'on', true)`);
      return slice(tx, auditEvents.at, { at: ago(config.auditRetentionDays * DAYS) });
    }),
  );
