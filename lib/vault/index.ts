import 'server-only';
import { openersOf, type SealedTable } from './cipher';

export { seal, unseal } from './cipher';
export { open, reseal } from './open';
export { steadyDigest, steadyKeys } from './steady';

/** Whether this key comes from a secret that we have. */
export const isOpenable = (table: SealedTable, keyId: string) =>
  openersOf(table)
    .flat()
    .some((one) => one.keyId === keyId);
