import { getTableName, inArray, isTable, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { db, rowsOf } from '@/db';
import * as schema from '@/db/schema';

const transient = ['challenges', 'audit_events', 'rate_limits'];
const lasting = Object.values(schema)
  .filter((value) => isTable(value))
  .map((table) => getTableName(table))
  .filter((name) => !transient.includes(name));

/**
 * Every row of every table but those that a refusal may touch, so that "nothing else changed" can be said. That a
 * session was seen is no change.
 */
export async function snapshot() {
  const tables: Record<string, string[]> = {};
  for (const name of lasting) {
    const rows = await db.execute(
      sql.raw(`select (to_jsonb(t) - 'last_seen_at')::text as row from "${name}" t order by 1`),
    );
    tables[name] = rowsOf<{ row: string }>(rows).map(({ row }) => row);
  }
  return tables;
}

/** As if so many seconds had passed since everything that is in the database: purges go by its clock, which no test can set. */
export const age = (seconds: number) =>
  db.execute(
    sql.raw(`do $$ declare moved record; begin
      set local session_replication_role = replica;
      for moved in select table_name, string_agg(format('%I = %I - interval ''${seconds} s''', column_name, column_name), ', ') as columns
        from information_schema.columns where table_schema = current_schema() and data_type = 'timestamp with time zone'
        group by table_name
      loop execute format('update %I set %s', moved.table_name, moved.columns); end loop;
    end $$`),
  );

export const countEvents = () => db.$count(schema.auditEvents);

/** What was written down, in the order of its types; with ids of requests, only theirs. */
export async function eventsOf(...requestIds: string[]) {
  const { type, outcome, reason, actorId, subjectId, passkeyId, sessionId, details, address } = schema.auditEvents;
  const columns = { type, outcome, reason, actorId, subjectId, passkeyId, sessionId, details, address };
  const query = db.select(columns).from(schema.auditEvents);
  return (await query.where(requestIds.length ? inArray(schema.auditEvents.requestId, requestIds) : undefined)).sort(
    (a, b) => a.type.localeCompare(b.type),
  );
}

export const isChallengeOpen = async (id: string) =>
  (await db.$count(schema.challenges, sql`${schema.challenges.id} = ${id}::uuid`)) === 1;

/** The one row that has to be there. */
export async function onlyRow<T>(rows: Promise<T[]>) {
  const result = await rows;
  expect(result).toHaveLength(1);
  return result[0]!;
}
