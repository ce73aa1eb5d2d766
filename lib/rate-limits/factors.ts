import { type Db, db } from '@/db';
import { fail, ok, type Result } from '@/lib/result';
import { HOURS, MINUTES, SECONDS } from '@/lib/time';
import { steadyDigest } from '@/lib/vault';
import { deleteFailures, findFailures, insertAttempt, uncountAttempt } from './queries';

/** A factor that can be guessed. Passkeys cannot, and are never locked (requirement J3). */
export type GuessableFactor = 'password' | 'second-factor';

const policy = { free: 5, first: 10 * SECONDS, longest: 15 * MINUTES, most: 100 };

/** Whose factor: an address or a user id, so that accounts that do not exist are counted like those that do. */
const keyOf = async (factor: GuessableFactor, account: string) =>
  `${factor}:${(await steadyDigest('factor-failures', account)).toString('base64url')}`;

/**
 * Takes one attempt at a factor. After five failures in a row one waits ten seconds, then twice as long each time, up to a quarter of an hour; after a
 * hundred the factor is disabled until it is set anew (requirement J1). Answers with the failures so far, or the
 * seconds to wait.
 */
export async function takeFactorAttempt(
  factor: GuessableFactor,
  account: string,
): Promise<Result<{ attempts: number }, number>> {
  const key = await keyOf(factor, account);
  const counted = await insertAttempt(db, key, policy);
  if (counted) return ok({ attempts: counted.failures });

  const stored = await findFailures(db, key);
  if (!stored || stored.failures >= policy.most) return fail(1 * HOURS);
  return fail(Math.max(1, Math.ceil((stored.blockedUntil.getTime() - Date.now()) / 1000)));
}

/** Gives back an attempt whose factor could not be checked because of an error of ours (requirement J6). */
export const giveBackFactorAttempt = async (factor: GuessableFactor, account: string, attempts: number) =>
  uncountAttempt(db, await keyOf(factor, account), attempts);

/** Deletes the failures of a factor: after a success with it, or when it was set anew. */
export const clearFactorAttempts = async (tx: Db, factor: GuessableFactor, account: string) =>
  deleteFailures(tx, await keyOf(factor, account));
