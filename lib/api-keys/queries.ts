import { and, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import { columns, type Db, firstRow } from '@/db';
import { before, exactly, type Place } from '@/db/keyset';
import { apiKeys, users } from '@/db/schema';
import { fromNow, MINUTES } from '@/lib/time';

/** Inserts a key, or returns nothing when the name is taken. */
export const insertKey = (tx: Db, key: typeof apiKeys.$inferInsert) =>
  tx.insert(apiKeys).values(key).onConflictDoNothing().returning({ id: apiKeys.id }).then(firstRow);

/** The live key of a digest. */
export const findKey = (db: Db, digest: string) =>
  db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.digest, digest), gt(apiKeys.expiresAt, sql`now()`)))
    .then(firstRow);

/** Stores the last use of a key, at most once a minute. */
export const touchKey = (db: Db, id: string) =>
  db
    .update(apiKeys)
    .set({ lastUsedAt: sql`now()` })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, fromNow(-1 * MINUTES)))));

/** Keys, the newest first, with the name of who made each; never a digest. At most a thousand, or the first after a place. */
export const listKeyRows = (db: Db, limit = 1000, place?: Place) =>
  db
    .select({
      ...columns(apiKeys, 'id', 'name', 'permissions', 'addresses', 'createdAt', 'expiresAt', 'lastUsedAt'),
      at: exactly(apiKeys.createdAt),
      createdBy: users.name,
    })
    .from(apiKeys)
    .leftJoin(users, eq(users.id, apiKeys.createdBy))
    .where(place && before({ at: apiKeys.createdAt, id: apiKeys.id }, place))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(limit);

export const deleteKey = (tx: Db, id: string) =>
  tx.delete(apiKeys).where(eq(apiKeys.id, id)).returning({ name: apiKeys.name }).then(firstRow);
