import { type Db, db } from '@/db';
import { byOwner, record } from '@/lib/audit';
import { type AuthenticationCredential, checkAuthentication, markUsed, type VerifiedAssertion } from '@/lib/passkeys';
import type { Attempt } from '@/lib/rate-limits';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { lockUser } from '@/lib/users';
import { type SigningBrowser, startPendingSignIn, startSession } from './begin';
import { factsOf } from './policy';

type Answer = SigningBrowser & { challengeId: string; credential: AuthenticationCredential; attempt: Attempt };

/**
 * Signs in with a passkey, and counts it as this attempt: always a new session, and the one that the browser had before is ended. A refusal is
 * recorded and the challenge stays spent.
 */
export async function signInWithPasskey(answer: Answer, context: RequestContext) {
  const expected = { purpose: 'authenticate', attempt: answer.attempt } as const;
  const checked = await checkAuthentication(answer, expected, context);
  if (!checked.ok) return checked;

  const { user, passkey, hasSecondFactor, returnTo } = checked.value;
  const { twoFactors, amr, acr, confirmsUserVerification } = factsOf(checked.value);
  const { recoveryId, heldUntil, id: passkeyId } = passkey;
  const person = { userId: user.id, email: user.email, stamp: user.stamp };
  const authentication = { amr, acr, recoveryId, heldUntil, returnTo, passkeyId };
  const start = () => startSession(db, person, { ...authentication, assertion: checked.value }, answer, context);
  /** One factor of two: the passkey's state is stored, but there is no session yet. */
  const startPending = () =>
    db.transaction(async (tx) => {
      if (!(await lockUser(tx, user.id, user.stamp)) || !(await recordUse(tx, checked.value, context)))
        return undefined;
      return startPendingSignIn(tx, person, { ...authentication, confirmsUserVerification }, answer);
    });
  const outcome = await (twoFactors || !hasSecondFactor ? start() : startPending());
  if (!outcome) {
    await record(db, { type: 'auth.passkey.failure', reason: 'overtaken', ...byOwner(user.id), passkeyId }, context);
    return fail('authentication_failed');
  }
  const offersPasskey = outcome.status === 'signed-in' && cameFromAnotherDevice(answer, checked.value);
  return ok({ ...outcome, offersPasskey });
}

/** A phone answered for this computer: a synced passkey that is attached to another device (requirement E6). */
const cameFromAnotherDevice = ({ credential }: Answer, { passkey }: VerifiedAssertion) =>
  credential.authenticatorAttachment === 'cross-platform' && passkey.backupEligible;

/**
 * Stores the counter and backup state of a verified assertion, and records a change of the backup state (requirement C16).
 * Returns nothing when another use of the passkey came first.
 */
export async function recordUse(tx: Db, assertion: VerifiedAssertion, context: RequestContext, sessionId?: string) {
  const { passkey, user, backupState } = assertion;
  const used = await markUsed(tx, assertion);
  if (used && passkey.backupState !== backupState) {
    const reason = backupState ? 'synced' : 'not_synced';
    const event = { ...byOwner(user.id), passkeyId: passkey.id, sessionId };
    await record(tx, { type: 'passkey.backup-changed', reason, ...event }, context);
  }
  return used;
}
