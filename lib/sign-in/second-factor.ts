import { type Db, db } from '@/db';
import { byOwner, record } from '@/lib/audit';
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

type PendingBrowser = SigningBrowser & { pendingToken: string | undefined };

/** The pending sign-in of this browser, if there is one; it is not consumed. */
export async function findPendingSignIn({ pendingToken, browser }: PendingBrowser, on: Db = db) {
  if (!pendingToken || pendingToken.length > 100) return undefined;
  return findPending(on, hashToken(pendingToken), hashToken(browser));
}

/**
 * Finishes a pending sign-in with an authenticator's code or a recovery code. Of two codes at once, one does and the other is
 * not consumed.
 */
export async function finishSignIn(
  pendingBrowser: PendingBrowser,
  code: string,
  context: RequestContext,
): Promise<Result<Outcome & { factor: CheckedFactor['kind'] }, FactorRefusal>> {
  const pending = await findPendingSignIn(pendingBrowser);
  if (!pending) return fail({ problem: 'sign_in_expired' });
  const { userId, email, passkeyId, stamp, returnTo, endsOtherSessions } = pending;
  const checked = await checkSecondFactor(userId, code, context);
  if (!checked.ok) return checked;

  return db.transaction(async (tx) => {
    // Checked again with the user's row locked, so that nobody can consume or end the pending sign-in meanwhile.
    const user = await lockUser(tx, userId, stamp);
    if (!user || !(await findPendingSignIn(pendingBrowser, tx))) return fail({ problem: 'sign_in_expired' });
    if (!(await consumeSecondFactor(tx, user, checked.value, context))) return fail({ problem: 'factor_wrong' });
    await consumePending(tx, hashToken(pendingBrowser.pendingToken!), hashToken(pendingBrowser.browser));
    if (passkeyId && pending.confirmsUserVerification && (await initializeUserVerification(tx, passkeyId))) {
      await record(tx, { type: 'passkey.uv-initialized', ...byOwner(userId), passkeyId }, context);
    }
    const origin = originOf(pending, await originOfSecondFactor(tx, userId));
    const ways = { passkeyId: passkeyId ?? undefined, returnTo, endsOtherSessions };
    const authentication = { ...withSecondFactor(pending), ...origin, ...ways };
    const outcome = await startHeldSession(tx, { userId, email, stamp }, authentication, pendingBrowser, context);
    return ok({ ...outcome, factor: checked.value.kind });
  });
}
