import { z } from 'zod';
import { fieldError } from '@/lib/messages';
import { rowId } from './row-id';

/** A place in a list: the instant of a row in microseconds, as text, and its id. */
const place = z.object({ at: z.iso.datetime({ precision: 6 }).refine((at) => at >= '0001'), id: rowId });
type Place = z.infer<typeof place>;

/** Where the next page of a list begins; opaque to the program that sends it back. */
const cursorOf = ({ at, id }: Place) => Buffer.from(`${at} ${id}`).toString('base64url');

/** The place that a cursor names; nothing for a cursor that is not ours. */
function placeOf(cursor: string): Place | undefined {
  const [at, id] = Buffer.from(cursor, 'base64url').toString('latin1').split(' ');
  return place.safeParse({ at, id }).data;
}

/** The text that a cursor names; whatever is no UTF-8 in it is replaced. */
const textOf = (cursor: string) => Buffer.from(cursor, 'base64url').toString();

const limit = z.coerce.number().int().min(1).max(100).default(50);
const cursor = z
  .string()
  .max(400)
  .regex(/^[\w-]+$/, fieldError('cursor_unknown'));

/** What a list in the order of time takes, which is read by pages. */
export const pageInput = {
  limit,
  cursor: cursor.refine((cursor) => placeOf(cursor), fieldError('cursor_unknown')).optional(),
};

/** What a list in the order of a text takes. */
export const textPageInput = {
  limit,
  cursor: cursor.refine((cursor) => !textOf(cursor).includes('\0'), fieldError('cursor_unknown')).optional(),
};

type PageQuery = { limit: number; cursor?: string };

/** The output of such a list beside its rows: the cursor of the next page, or null at the end. */
export const next = z.string().nullable();

/** Reads a page: one row more than it has tells whether another one follows. */
export async function readPage<Row extends Place>(
  { limit, cursor }: PageQuery,
  list: (limit: number, after?: Place) => Promise<Row[]>,
) {
  const rows = await list(limit + 1, cursor === undefined ? undefined : placeOf(cursor));
  const page = rows.slice(0, limit);
  return { page, next: rows.length > limit ? cursorOf(page.at(-1)!) : null };
}

/** The same of a list in the order of a text that no two rows share. */
export async function readPageBy<Row>(
  { limit, cursor }: PageQuery,
  key: (row: Row) => string,
  list: (limit: number, after?: string) => Promise<Row[]>,
) {
  const rows = await list(limit + 1, cursor === undefined ? undefined : textOf(cursor));
  const page = rows.slice(0, limit);
  return { page, next: rows.length > limit ? Buffer.from(key(page.at(-1)!)).toString('base64url') : null };
}
