import { desc, inArray, isNull, sql } from 'drizzle-orm';
import type { Db } from '@/db';
import { signingKeys } from '@/db/schema';

const { kid, alg, publicJwk, keyId, createdAt, signsFrom, revokedAt } = signingKeys;

export const listKeyRows = (db: Db) =>
  db
    .select({ kid, alg, publicJwk, keyId, createdAt, signsFrom, revokedAt })
    .from(signingKeys)
    .orderBy(desc(signsFrom), alg);

export const readPrivateKeys = (db: Db, kids: string[]) =>
  db
    .select({ kid, alg, keyId, createdAt, privateJwk: signingKeys.privateJwk })
    .from(signingKeys)
    .where(inArray(kid, kids));

/** Holds off every other instance that would add keys, until the transaction ends. */
export const lockKeys = (tx: Db) => tx.execute(sql`select pg_advisory_xact_lock(7120612)`);

type NewKey = Omit<typeof signingKeys.$inferInsert, 'signsFrom'>;

export const insertKeys = (db: Db, keys: NewKey[], signsFrom: Date) =>
  db.insert(signingKeys).values(keys.map((key) => ({ ...key, signsFrom })));

export const revokeKeys = (db: Db) => db.update(signingKeys).set({ revokedAt: new Date() }).where(isNull(revokedAt));
