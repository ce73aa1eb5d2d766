import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import { hashToken } from '@/lib/crypto';
import type { FactorRefusal } from '@/lib/problems';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { type CheckedFactor, checkSecondFactor, consumeSecondFactor, originOfSecondFactor } from '@/lib/second-factors';
import { originOf } from '@/lib/sessions';
import { lockUser } from '@/lib/users';
import { type Outcome, type SigningBrowser, startHeldSession } from './begin';
import { withSecondFactor } from './policy';
import { consumePending, findPending, initializeUserVerification } from './queries';

type Waiting = SigningBrowser & { pendingToken: string | undefined };

/** Whose sign-in waits in this browser for a second factor, if one does. Looking uses nothing up. */
export async function findPendingSignIn({ pendingToken, browser }: Waiting, on: Db = db) {
  if (!pendingToken || pendingToken.length > 100) return undefined;
  return findPending(on, hashToken(pendingToken), hashToken(browser));
}

/**
 * Finishes a waiting sign-in with an authenticator's code or a recovery code. One of two codes at once does, and the other
 * is not used up.
 */
export async function finishSignIn(
  waiting: Waiting,
  code: string,
  context: RequestContext,
): Promise<Result<Outcome & { proof: CheckedFactor['proof'] }, FactorRefusal>> {
  const pending = await findPendingSignIn(waiting);
  if (!pending) return fail({ problem: 'sign_in_expired' });
  const { userId, email, passkeyId, stamp, returnTo, endsOtherSessions } = pending;
  const checked = await checkSecondFactor(userId, code, context);
  if (!checked.ok) return checked;

  return db.transaction(async (tx) => {
    // Asked again with the user's row held, behind which everybody waits who could use it up or end it.
    const user = await lockUser(tx, userId, stamp);
    if (!user || !(await findPendingSignIn(waiting, tx))) return fail({ problem: 'sign_in_expired' });
    if (!(await consumeSecondFactor(tx, user, checked.value, context))) return fail({ problem: 'factor_wrong' });
    await consumePending(tx, hashToken(waiting.pendingToken!), hashToken(waiting.browser));
    if (passkeyId && pending.confirmsUserVerification && (await initializeUserVerification(tx, passkeyId))) {
      await record(tx, { type: 'passkey.uv-initialized', actorId: userId, subjectId: userId, passkeyId }, context);
    }
    const origin = originOf(pending, await originOfSecondFactor(tx, userId));
    const ways = { passkeyId: passkeyId ?? undefined, returnTo, endsOtherSessions };
    const proven = { ...withSecondFactor(pending), ...origin, ...ways };
    const outcome = await startHeldSession(tx, { userId, email, stamp }, proven, waiting, context);
    return ok({ ...outcome, proof: checked.value.proof });
  });
}
