import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { type Db, rowsOf } from './index';

const SLICE = 1_000;

/** An instant so many seconds ago by the database's clock, which purges go by: that of a process can be wrong by years. */
export const ago = (seconds: number) => sql`now() - make_interval(secs => ${seconds}::double precision)`;

/**
 * Deletes what is expired, in slices, so that no statement takes long, whatever has piled up. Rows that somebody else is
 * ending at this moment are left to them: a purge waits for nobody, and nobody for it.
 */
export async function purgeWhere(db: Db, table: PgTable, expired: SQL | undefined) {
  if (!expired) return;
  const slice = sql`select ctid from ${table} where ${expired} limit ${SLICE} for update skip locked`;
  for (let deleted = SLICE; deleted === SLICE; ) {
    const rows = await db.execute(sql`delete from ${table} where ctid = any(array(${slice})) returning 1 as deleted`);
    deleted = rowsOf(rows).length;
  }
}
