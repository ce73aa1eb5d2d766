import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { deriveKeys, ofSecrets } from '@/lib/crypto';
import { lazy } from '@/lib/lazy';
import { log } from '@/lib/log';

/** The tables that hold sealed values, with the purpose of the keys that sealed them before values were bound to rows. */
const formerPurposes = {
  oidc_artifacts: 'oidc-artifact',
  outbox: undefined,
  signing_keys: 'oidc-signing-key',
  steady_keys: undefined,
  totp_secrets: 'totp-secret',
};

export type SealedTable = keyof typeof formerPurposes;
/** A sealed value, and the name of the key that it was sealed with. */
export type Sealed = { keyId: string; sealed: Uint8Array<ArrayBuffer> };
type Opener = { keyId: string; key: KeyObject; bound: boolean };

const idOf = (key: Buffer) => createHash('sha256').update(key).digest('hex').slice(0, 8);
const opener = (key: Buffer, bound: boolean): Opener => ({ keyId: idOf(key), key: createSecretKey(key), bound });
/** The additional authenticated data of a value: its table and its primary key. */
const place = (table: SealedTable, row: string) => Buffer.from(`${table}:${row}`);

/** The keys that open the values of a table, grouped by secret of `APP_SECRET`; the very first one seals. */
export const openersOf = (table: SealedTable) => ofSecrets(`openers ${table}`, () => makeOpeners(table));

function makeOpeners(table: SealedTable): Opener[][] {
  const now = deriveKeys(`sealed ${table}`).map((key) => [opener(key, true)]);
  const former = formerPurposes[table];
  if (!former) return now;
  return deriveKeys(former).map((key, index) => [...now[index]!, opener(key, false)]);
}

/** The id of the key that seals the values of a table. */
export const sealingKeyId = (table: SealedTable) => openersOf(table)[0]![0]!.keyId;

/** Whether this key comes from a secret that we have. */
export const isOpenable = (table: SealedTable, keyId: string) =>
  openersOf(table)
    .flat()
    .some((one) => one.keyId === keyId);

/** Encrypts bytes (AES-256-GCM), bound to one row of one table: copied to another row, they do not open. */
export function seal(table: SealedTable, row: string, plain: Uint8Array): Sealed {
  const { key, keyId } = openersOf(table)[0]![0]!;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(place(table, row));
  const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { keyId, sealed: new Uint8Array(sealed) };
}

/** Opens what `seal` sealed for this row; returns nothing when we lack the secret, or the value is of another row. */
export function unseal(table: SealedTable, row: string, { keyId, sealed }: Sealed) {
  const opener = openersOf(table)
    .flat()
    .find((one) => one.keyId === keyId);
  if (!opener) return unopened(table, keyId);
  try {
    const decipher = createDecipheriv('aes-256-gcm', opener.key, sealed.subarray(0, 12));
    if (opener.bound) decipher.setAAD(place(table, row));
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  } catch {
    log.error({ table }, 'a sealed value was changed, or belongs to another row');
    return undefined;
  }
}

/** The keys whose absence this process has logged: each is logged once. */
const warnings = lazy('vault-warnings', () => new Set<string>());

/** The value is left in place: it opens again when the missing secret is added. */
function unopened(table: SealedTable, keyId: string) {
  const missing = `${table} ${keyId}`;
  if (!warnings().has(missing))
    log.error(
      { table },
      'APP_SECRET lacks the secret that sealed a value: it counts as gone until that is in the list',
    );
  warnings().add(missing);
  return undefined;
}
