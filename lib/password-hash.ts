import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { fail, ok } from '@/lib/result';

// OWASP's Argon2id baseline (requirement F4). The hash names its parameters, so that they can be raised here alone.
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const prefix = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`;

// Each takes 19 MiB and some 20 ms of a core. A queue that long answers "later" instead of growing (requirement J8).
const LONGEST_QUEUE = 50;
const turn = pLimit(2);

/** Runs two hashings at a time, or refuses when too many wait. */
async function inTurn<T>(work: () => Promise<T>) {
  if (turn.pendingCount >= LONGEST_QUEUE) return fail('busy');
  return ok(await turn(work));
}

/** Hashes what people can guess or type (passwords, recovery codes) with Argon2id; refuses as `busy` when too many wait. */
export const hashSecret = (secret: string) => inTurn(() => hash(secret, parameters));

let decoy: Promise<string> | undefined;

/**
 * Compares a secret with its hash; without a hash the same work is done on an invented one, so that time tells nobody
 * who has a password (requirement L2). `outdated` says that the hash wants today's parameters.
 */
export async function verifySecret(secret: string, storedHash: string | undefined) {
  decoy ??= hash('nobody has this password', parameters);
  const against = storedHash ?? (await decoy);
  const compared = await inTurn(() => verify(against, secret));
  if (!compared.ok) return compared;
  const matches = compared.value && storedHash !== undefined;
  return ok({ matches, outdated: matches && !storedHash.startsWith(prefix) });
}
