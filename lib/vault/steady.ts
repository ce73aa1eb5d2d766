import { createHmac } from 'node:crypto';
import { db } from '@/db';
import { deriveKeys } from '@/lib/crypto';
import { log } from '@/lib/log';
import { openersOf, seal } from './cipher';
import { open } from './open';
import { findLatestSealer, insertSteadyKeys, listSteadyKeys } from './queries';

/** Purposes whose values are remembered by others or stored, and so must not change with `APP_SECRET`. */
const purposes = [
  'decoy-body',
  'decoy-look',
  'decoy-mark',
  'example-client',
  'factor-failures',
  'letter-limit',
  'pairwise-subject',
  'user-code',
] as const;
type SteadyPurpose = (typeof purposes)[number];
type Keys = Record<SteadyPurpose, Uint8Array>;

const globals = globalThis as { [key: symbol]: Promise<Keys> | undefined };
const STEADY_KEYS = Symbol.for('latchkey.steady-keys');

/** A keyed digest that does not change with `APP_SECRET`, and that only this installation can compute. */
export async function steadyDigest(purpose: SteadyPurpose, text: string) {
  const keys = await steadyKeys();
  return createHmac('sha256', keys[purpose]).update(text).digest();
}

/** The steady keys: made once for an installation, read once by each process. */
export function steadyKeys() {
  globals[STEADY_KEYS] ??= readKeys().catch((error: unknown) => {
    globals[STEADY_KEYS] = undefined;
    throw error;
  });
  return globals[STEADY_KEYS];
}

async function readKeys(): Promise<Keys> {
  let rows = await listSteadyKeys(db);
  const known = new Set(rows.map(({ purpose }) => purpose));
  const missing = purposes.filter((purpose) => !known.has(purpose));
  if (missing.length) {
    const index = await indexOfLatestSecret();
    const made = missing.map((purpose) => ({ purpose, ...seal('steady_keys', purpose, deriveKeys(purpose)[index]!) }));
    await insertSteadyKeys(
      db,
      made.map(({ sealed: key, ...row }) => ({ ...row, key })),
    );
    rows = await listSteadyKeys(db);
  }
  const keys = purposes.map(async (purpose) => {
    const opened = await open('steady_keys', purpose, rows.find((row) => row.purpose === purpose)!);
    if (!opened)
      log.error({ purpose }, 'APP_SECRET opens no longer what is kept: add the secret of before to its list');
    return [purpose, opened ?? deriveKeys(purpose)[0]!] as const;
  });
  return Object.fromEntries(await Promise.all(keys)) as unknown as Keys;
}

/** The secret that was in use last: the first one, or before this list was written the one that sealed the signing keys. */
async function indexOfLatestSecret() {
  const ids = openersOf('signing_keys').map((openers) => openers.map(({ keyId }) => keyId));
  const latest = await findLatestSealer(db, ids.flat());
  return Math.max(
    0,
    ids.findIndex((one) => one.some((keyId) => keyId === latest)),
  );
}
