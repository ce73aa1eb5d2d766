import { isDeepStrictEqual } from 'node:util';
import type { Db } from '@/db';
import { type Client, deleteOwnTokens, updateClientRow } from './queries';

/** Updates a client. Where its secret or keys change, the tokens end that it got for itself by the old ones. */
export async function changeClient(tx: Db, before: Client, columns: Partial<Client>) {
  await updateClientRow(tx, before.id, columns);
  const after = { ...before, ...columns };
  const isSame = after.secretHash === before.secretHash && isDeepStrictEqual(after.jwks, before.jwks);
  if (!isSame) await deleteOwnTokens(tx, before.id);
}
