import { and, asc, desc, eq, gt, inArray, ne, sql } from 'drizzle-orm';
import { type Db, hasRows } from '@/db';
import { oidcArtifacts, outbox, signingKeys, steadyKeys, totpSecrets } from '@/db/schema';
import type { Sealed, SealedTable } from './cipher';

/** The columns of each table's primary key and sealed value; the key's id is `keyId` in all of them. */
const columns = {
  oidc_artifacts: { table: oidcArtifacts, row: oidcArtifacts.idHash, sealed: oidcArtifacts.payload, name: 'payload' },
  outbox: { table: outbox, row: outbox.id, sealed: outbox.sealed, name: 'sealed' },
  signing_keys: { table: signingKeys, row: signingKeys.kid, sealed: signingKeys.privateJwk, name: 'privateJwk' },
  steady_keys: { table: steadyKeys, row: steadyKeys.purpose, sealed: steadyKeys.key, name: 'key' },
  totp_secrets: { table: totpSecrets, row: totpSecrets.userId, sealed: totpSecrets.secret, name: 'secret' },
} as const;

/** Replaces the value that was read by the resealed one, unless it has changed since. */
export function replaceSealed(
  db: Db,
  { table: name, row }: { table: SealedTable; row: string },
  { read, anew }: { read: Sealed; anew: Sealed },
) {
  const { table, ...of } = columns[name];
  return db
    .update(table)
    .set({ keyId: anew.keyId, [of.name]: anew.sealed })
    .where(and(eq(of.row, row), eq(table.keyId, read.keyId), eq(of.sealed, read.sealed)))
    .returning({ row: of.row })
    .then(hasRows);
}

/** A batch of the values that were sealed with another key, in the order of their rows. */
export async function listSealedOtherwise(
  db: Db,
  name: SealedTable,
  { keyId, after }: { keyId: string; after?: string },
) {
  const { table, row, sealed } = columns[name];
  return db
    .select({
      row: sql<string>`${row}`,
      keyId: sql<string>`${table.keyId}`,
      sealed: sql<Sealed['sealed']>`${sealed}`.mapWith(sealed),
    })
    .from(table)
    .where(and(ne(table.keyId, keyId), after === undefined ? undefined : gt(row, after)))
    .orderBy(asc(row))
    .limit(100);
}

/** Which of these keys sealed the newest signing key. */
export async function findLatestSealer(db: Db, keyIds: string[]) {
  const [newest] = await db
    .select({ keyId: signingKeys.keyId })
    .from(signingKeys)
    .where(inArray(signingKeys.keyId, keyIds))
    .orderBy(desc(signingKeys.createdAt))
    .limit(1);
  return newest?.keyId;
}

export const listSteadyKeys = (db: Db) =>
  db.select({ purpose: steadyKeys.purpose, keyId: steadyKeys.keyId, sealed: steadyKeys.key }).from(steadyKeys);

/** Inserts the keys that are missing; of several instances at once, the first one wins. */
export const insertSteadyKeys = (db: Db, keys: (typeof steadyKeys.$inferInsert)[]) =>
  db.insert(steadyKeys).values(keys).onConflictDoNothing();
