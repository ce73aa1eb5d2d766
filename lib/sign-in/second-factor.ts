import { db } from '@/db';
import { record } from '@/lib/audit';
import { hashToken } from '@/lib/crypto';
import type { Requester } from '@/lib/requester';
import { fail, ok, type Result } from '@/lib/result';
import { checkSecondFactor, type SecondFactorProof, type SecondFactorRefusal } from '@/lib/second-factors';
import { beginSession, type Outcome, type SigningBrowser } from './begin';
import { withSecondFactor } from './policy';
import { consumePending, findPending, initializeUserVerification, isPresent } from './queries';

type Waiting = SigningBrowser & { pendingToken: string | undefined };
type Refusal = SecondFactorRefusal | { reason: 'expired' };

/** Whose sign-in waits in this browser for a second factor, if one does. Looking uses nothing up. */
export async function findWaiting({ pendingToken, browser }: Waiting) {
  if (!pendingToken || pendingToken.length > 100) return undefined;
  return findPending(db, hashToken(pendingToken), hashToken(browser));
}

/** Finishes a waiting sign-in with an authenticator's code or a recovery code. */
export async function finishSignIn(
  waiting: Waiting,
  code: string,
  by: Requester,
): Promise<Result<Outcome & { proof: SecondFactorProof }, Refusal>> {
  const pending = await findWaiting(waiting);
  if (!pending) return fail({ reason: 'expired' });
  const { userId, email, passkeyId } = pending;
  const checked = await checkSecondFactor({ id: userId, email }, code, by);
  if (!checked.ok) return checked;

  const proof = checked.value;
  return db.transaction(async (tx) => {
    const mine = await consumePending(tx, hashToken(waiting.pendingToken!), hashToken(waiting.browser));
    if (!mine || (passkeyId && !(await isPresent(tx, passkeyId)))) return fail({ reason: 'expired' });
    if (passkeyId && pending.confirmsUserVerification && (await initializeUserVerification(tx, passkeyId))) {
      await record(tx, { type: 'passkey.uv-initialized', actorId: userId, subjectId: userId, passkeyId }, by);
    }
    const { returnTo, endsOtherSessions } = pending;
    const proven = { ...withSecondFactor(pending), passkeyId: passkeyId ?? undefined, returnTo, endsOtherSessions };
    return ok({ ...(await beginSession(tx, { userId, email }, proven, waiting, by)), proof });
  });
}
