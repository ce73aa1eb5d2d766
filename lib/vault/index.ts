import 'server-only';
import { openersOf, type SealedTable } from './cipher';

export { seal, unseal } from './cipher';
export { open, reseal } from './open';
export { steadyDigest, steadyKeys } from './steady';

/** Whether a secret that we have sealed with this key. */
export const isOpenable = (table: SealedTable, keyId: string) =>
  openersOf(table)
    .flat()
    .some((one) => one.keyId === keyId);
