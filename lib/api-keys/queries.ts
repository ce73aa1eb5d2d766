import { and, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { Db } from '@/db';
import { before, exactly, type Place } from '@/db/keyset';
import { apiKeys, users } from '@/db/schema';
import { fromNow, MINUTES } from '@/lib/time';

type NewKey = Pick<
  typeof apiKeys.$inferInsert,
  'name' | 'digest' | 'permissions' | 'addresses' | 'createdBy' | 'expiresAt'
>;

/** Inserts a key, or returns nothing when the name is taken. */
export async function insertKey(tx: Db, key: NewKey) {
  const [inserted] = await tx.insert(apiKeys).values(key).onConflictDoNothing().returning({ id: apiKeys.id });
  return inserted;
}

/** The live key of a digest. */
export async function findKey(db: Db, digest: string) {
  const [key] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.digest, digest), gt(apiKeys.expiresAt, sql`now()`)));
  return key;
}

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
      id: apiKeys.id,
      at: exactly(apiKeys.createdAt),
      name: apiKeys.name,
      permissions: apiKeys.permissions,
      addresses: apiKeys.addresses,
      createdBy: users.name,
      createdAt: apiKeys.createdAt,
      expiresAt: apiKeys.expiresAt,
      lastUsedAt: apiKeys.lastUsedAt,
    })
    .from(apiKeys)
    .leftJoin(users, eq(users.id, apiKeys.createdBy))
    .where(place && before({ at: apiKeys.createdAt, id: apiKeys.id }, place))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(limit);

export async function deleteKey(tx: Db, id: string) {
  const [deleted] = await tx.delete(apiKeys).where(eq(apiKeys.id, id)).returning({ name: apiKeys.name });
  return deleted;
}
