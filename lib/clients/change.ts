import { isDeepStrictEqual } from 'node:util';
import type { Db } from '@/db';
import { type Client, deleteOwnTokens, updateClientRow } from './queries';

/** Writes what is new of a client. With another secret or key, what it got for itself by the one before ends. */
export async function changeClient(tx: Db, before: Client, columns: Partial<Client>) {
  await updateClientRow(tx, before.id, columns);
  const after = { ...before, ...columns };
  const isSame = after.secretHash === before.secretHash && isDeepStrictEqual(after.jwks, before.jwks);
  if (!isSame) await deleteOwnTokens(tx, before.id);
}
