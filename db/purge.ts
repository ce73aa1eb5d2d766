import { type AnyColumn, type SQL, sql } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { type Db, rowsOf } from './index';

const SLICE = 1_000;

/** An instant so many seconds ago by the database's clock, which purges go by: that of a process can be wrong by years. */
export const ago = (seconds: number) => sql`now() - make_interval(secs => ${seconds}::double precision)`;

/** What is due: rows whose instant is before `at`, all of them or those of `where`. An index begins with the instant. */
type Due = { at: SQL; where?: SQL };
type Slice = (db: Db, instant: AnyColumn, due: Due) => Promise<Done>;
type Done = { taken: number; until: string };

/**
 * Deletes what is due, in slices of a transaction each, so that no statement takes long, whatever has piled up. Rows that
 * somebody else is ending at this moment are left to them: a purge waits for nobody, and whoever wants a row of its slice
 * waits for no more than that.
 */
export const purgeBefore = (db: Db, instant: AnyColumn, due: Due) => purgeSlices((slice) => slice(db, instant, due));

/** The same with a transaction of the caller's around each slice. */
export async function purgeSlices(each: (slice: Slice) => Promise<Done>) {
  let done: Done = { taken: SLICE, until: '-infinity' };
  while (done.taken === SLICE) done = await each((db, instant, due) => deleteSlice(db, { instant, due, ...done }));
}

type SliceAfter = { instant: AnyColumn; due: Due; until: string };

/**
 * The order makes the index the way to the rows, whatever is believed of how many are due. The next slice begins where
 * this one ended, and does not pass over what was deleted again.
 */
async function deleteSlice(db: Db, { instant, due, until }: SliceAfter): Promise<Done> {
  const table = instant.table as PgTable;
  const keys = keysOf(table);
  const names = keys.map((_, n) => sql.raw(`key${n}`));
  const named = keys.map((key, n) => sql`${key} as ${names[n]}`);
  // A list is looked up in the index of the key, whatever Postgres believes of the size of a table that it could read instead.
  const listed = sql`${keys[0]} = any(array(select key0 from expired))`;
  const others =
    keys.length > 1 && sql`and (${sql.join(keys, sql`, `)}) in (select ${sql.join(names, sql`, `)} from expired)`;
  const deleted = await db.execute(sql`with expired as materialized (
      select ${sql.join(named, sql`, `)}, ${instant} as due from ${table}
      where ${instant} >= ${until}::timestamptz and ${instant} < ${due.at} ${due.where && sql`and ${due.where}`}
      order by ${instant} limit ${sql.raw(String(SLICE))} for update skip locked
    ), gone as (delete from ${table} where ${listed} ${others || undefined})
    select count(*)::int as taken, max(due)::text as until from expired`);
  return rowsOf<Done>(deleted)[0]!;
}

function keysOf(table: PgTable) {
  const { columns, primaryKeys } = getTableConfig(table);
  return primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
}
