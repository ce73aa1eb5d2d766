import { type AnyColumn, type SQL, sql } from 'drizzle-orm';

/** A place in a list: the instant of a row in microseconds, as text, and its id. */
export type Place = { at: string; id: string };

/** An instant with all that the database knows of it: a `Date` has milliseconds. */
export const exactly = (at: AnyColumn) =>
  sql<string>`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

type Key = { at: AnyColumn; id: AnyColumn };

/** Rows that come after a place, the oldest first. */
export const after = ({ at, id }: Key, place: Place): SQL =>
  sql`(${at}, ${id}) > (${place.at}::timestamptz, ${place.id}::uuid)`;

/** Rows that come after a place, the newest first. */
export const before = ({ at, id }: Key, place: Place): SQL =>
  sql`(${at}, ${id}) < (${place.at}::timestamptz, ${place.id}::uuid)`;
