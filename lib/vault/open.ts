import { db } from '@/db';
import { type Sealed, type SealedTable, seal, sealingKeyId, unseal } from './cipher';
import { listSealedOtherwise, replaceSealed } from './queries';

const tables: SealedTable[] = ['steady_keys', 'signing_keys', 'totp_secrets', 'oidc_artifacts', 'outbox'];

/**
 * Opens the value of this row; returns nothing where it does not open. A value that was sealed with an older key is
 * resealed with the current one.
 */
export async function open(table: SealedTable, row: string, stored: Sealed) {
  const plain = unseal(table, row, stored);
  if (plain && stored.keyId !== sealingKeyId(table)) await resealed(table, row, { stored, plain });
  return plain;
}

const resealed = (table: SealedTable, row: string, { stored, plain }: { stored: Sealed; plain: Uint8Array }) =>
  replaceSealed(db, { table, row }, { read: stored, anew: seal(table, row, plain) });

/** Reseals with the first secret what another one sealed; counts the values resealed, and those that no secret opens. */
export async function reseal() {
  const counted = { resealed: 0, unopened: 0 };
  for (const table of tables) {
    let after: string | undefined;
    for (;;) {
      const rows = await listSealedOtherwise(db, table, { keyId: sealingKeyId(table), after });
      for (const { row, ...stored } of rows) {
        const plain = unseal(table, row, stored);
        if (!plain) counted.unopened += 1;
        else if (await resealed(table, row, { stored, plain })) counted.resealed += 1;
      }
      after = rows.at(-1)?.row;
      if (after === undefined) break;
    }
  }
  return counted;
}
