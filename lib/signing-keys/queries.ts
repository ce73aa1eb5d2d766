import { desc, inArray, isNull, sql } from 'drizzle-orm';
import { type Db, prepared } from '@/db';
import { signingKeys } from '@/db/schema';

const { kid, alg, publicJwk, keyId, createdAt, signsFrom, revokedAt } = signingKeys;

/** Which keys there are, as a part of a statement: another text as soon as one is added, revoked or resealed, in any instance. */
export const keySetVersion = sql<string>`(select encode(sha256(convert_to(
  coalesce(string_agg(concat_ws(' ', kid, key_id, revoked_at is null), ' ' order by kid), ''), 'UTF8')), 'hex') from signing_keys)`;

const selectKeys = prepared()((_, db) =>
  db
    .select({ kid, alg, publicJwk, keyId, createdAt, signsFrom, revokedAt, version: keySetVersion })
    .from(signingKeys)
    .orderBy(desc(signsFrom), alg),
);

/** Every key, the newest first, each with the version of the whole set. */
export const listKeyRows = (db: Db) => selectKeys(db, {});

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
