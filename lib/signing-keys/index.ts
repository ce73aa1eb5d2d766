import 'server-only';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { afterCommit, db, isUnavailable } from '@/db';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import { operation } from '@/lib/operation';
import { jobContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { DAYS, fromNow, HOURS, instant, MINUTES } from '@/lib/time';
import { isOpenable, open, seal, unseal } from '@/lib/vault';
import { insertKeys, listKeyRows, lockKeys, readPrivateKeys, revokeKeys } from './queries';

/** How long a new key is published before it signs, so that every client has fetched it by then. */
export const LEAD = 1 * HOURS;
const ROTATED_EVERY = 90 * DAYS;
/** An ID token comes back as a hint at sign-out, when the session ends at the latest: so long its key stays published. */
const longestLife = () => Math.max(config.sessionMax, 1 * HOURS);

const rotationContext = jobContext('signing-keys');

const isUsable = ({ revokedAt, keyId }: KeyRow) => !revokedAt && isOpenable('signing_keys', keyId);

type KeyRow = Awaited<ReturnType<typeof listKeyRows>>[number];

export { keySetVersion } from './queries';
export type KeyState = 'published' | 'signing' | 'retiring' | 'retired';

/**
 * What a key does now, from its times alone, so that all instances agree: of those that have begun the newest signs,
 * and the older stay published until nothing they signed can still be valid (OpenID Connect Core §10.1.1).
 */
export function stateOf(key: KeyRow, keys: KeyRow[], now = new Date()): KeyState {
  // Sealed with a secret that we do not have, it can do nothing here any more.
  if (!isUsable(key)) return 'retired';
  if (key.signsFrom > now) return 'published';
  const successors = keys.filter(
    (other) => other.alg === key.alg && isUsable(other) && other.signsFrom > key.signsFrom && other.signsFrom <= now,
  );
  const began = Math.min(...successors.map(({ signsFrom }) => signsFrom.getTime()));
  if (successors.length === 0) return 'signing';
  return began + longestLife() * 1000 > now.getTime() ? 'retiring' : 'retired';
}

/** Every key with its state, newest first. Makes the first ones, and the next ones when the newest are too old. */
export async function listKeys() {
  const keys = await listKeyRows(db);
  return withStates(isFresh(keys) ? keys : await addKeys());
}

/** Whether the newest keys are not so old that the next ones have to be made. */
const isFresh = (keys: KeyRow[]) =>
  keys.some((key) => isUsable(key) && key.signsFrom.getTime() > Date.now() - ROTATED_EVERY * 1000);

const withStates = (keys: KeyRow[]) => keys.map((key) => ({ ...key, state: stateOf(key, keys) }));

/** Adds a key of each algorithm under a lock, unless another instance just did; the very first sign at once. */
async function addKeys() {
  const made = [newKey('RS256'), newKey('ES256')];
  return db.transaction(async (tx) => {
    await lockKeys(tx);
    const keys = await listKeyRows(tx);
    const usable = keys.filter(isUsable);
    if (usable.some(({ signsFrom }) => signsFrom > fromNow(-ROTATED_EVERY))) return keys;
    await insertKeys(tx, made, usable.length === 0 ? new Date() : fromNow(LEAD));
    // The very first are no change of anything that anybody knew.
    if (keys.length) await record(tx, { type: 'admin.keys-rotated', reason: 'schedule' }, rotationContext);
    return listKeyRows(tx);
  });
}

export const readKeys = operation({
  name: 'signing_keys.list',
  summary: 'Lists every signing key with what it does now, newest first.',
  access: 'signing-keys.read',
  output: z.object({
    keys: z.array(z.object({ kid: z.string(), alg: z.string(), state: z.string(), signsFrom: instant })),
  }),
  reads: true,
  run: async () => ok({ keys: await listKeys() }),
});

/** With `compromised` the new keys sign at once, and what was signed before is worth nothing any more. */
export const rotateKeys = operation({
  name: 'signing_keys.rotate',
  summary:
    'Makes the next signing keys, which are published now and sign in an hour, or at once if the old are compromised.',
  access: 'signing-keys.write',
  input: z.object({ compromised: z.boolean().default(false) }),
  refusals: ['signing_keys_pending'],
  prepare: async () => [newKey('RS256'), newKey('ES256')],
  run: async ({ compromised }, { tx, record }, made) => {
    await lockKeys(tx);
    if (compromised) await revokeKeys(tx);
    else if ((await listKeyRows(tx)).some((key) => isUsable(key) && key.signsFrom > new Date()))
      return fail('signing_keys_pending');
    await insertKeys(tx, made, compromised ? new Date() : fromNow(LEAD));
    afterCommit(tx, forgetKeys);
    await record('admin.keys-rotated', { reason: compromised ? 'compromised' : 'planned' });
    return ok({});
  },
});

/** A new key, sealed. */
export function newKey(alg: 'RS256' | 'ES256') {
  const { publicKey, privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicJwk = publicKey.export({ format: 'jwk' }) as Record<string, string>;
  const kid = createHash('sha256').update(JSON.stringify(publicJwk)).digest('base64url').slice(0, 16);
  const plain = Buffer.from(JSON.stringify(privateKey.export({ format: 'jwk' })));
  const { keyId, sealed: privateJwk } = seal('signing_keys', kid, plain);
  return { kid, alg, publicJwk, keyId, privateJwk };
}

/**
 * The keys as the engine takes them, the private part included. A new one that an older secret sealed was made by an
 * instance that has no other yet: sealed anew it would be lost to that one, which would make another, and so on.
 */
export async function readJwks(kids: string[]) {
  const rows = await readPrivateKeys(db, kids);
  const opened = kids.map(async (kid) => {
    const { alg, keyId, privateJwk, createdAt } = rows.find((row) => row.kid === kid)!;
    const stored = { keyId, sealed: privateJwk };
    const isNew = createdAt > fromNow(-LEAD);
    const plain = isNew ? unseal('signing_keys', kid, stored) : await open('signing_keys', kid, stored);
    if (!plain) throw new Error(`the signing key ${kid} does not open`);
    return { ...JSON.parse(plain.toString()), kid, alg, use: 'sig' };
  });
  return Promise.all(opened);
}

/** The keys in the engine's order, and nothing that is retired. */
export const publishedKids = async () => kidsOf(await listKeys());

function kidsOf(keys: (KeyRow & { state: KeyState })[]) {
  const order = { signing: 0, published: 1, retiring: 2, retired: 3 };
  const published = keys.filter(({ state }) => state !== 'retired');
  return published.toSorted((a, b) => order[a.state] - order[b.state]).map(({ kid }) => kid);
}

/** The keys as this process has read them last, and the reading that is under way. */
const kept = lazy('signing-keys', () => ({
  keys: [] as KeyRow[],
  knownAt: 0,
  reading: undefined as Promise<void> | undefined,
}));
const KEPT_FOR = 1 * MINUTES;

/**
 * The published keys, read once a minute, and at once where a statement of this request has seen another version of them
 * (`keySetVersion`): what is signed is signed with the keys of now, and what is only published asks no database while they
 * are known. Where that is away, those that were known before are published on.
 */
export async function getPublishedKids(version?: string) {
  const store = kept();
  const age = Date.now() - store.knownAt;
  const isKnown = version ? store.keys[0]?.version === version : age >= 0 && age < KEPT_FOR * 1000;
  if (!isKnown || !isFresh(store.keys)) await (version ? readKept() : refreshKept());
  if (!isKnown || version) store.knownAt = Date.now();
  return kidsOf(withStates(store.keys));
}

async function readKept() {
  kept().keys = await listKeys();
}

/** Of many at once one reads. */
async function refreshKept() {
  const store = kept();
  store.reading ??= readKept().finally(() => {
    store.reading = undefined;
  });
  try {
    await store.reading;
  } catch (error) {
    if (store.keys.length === 0 || !isUnavailable(error)) throw error;
  }
}

const forgetKeys = () => {
  kept().knownAt = 0;
};
