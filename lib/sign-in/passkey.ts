import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import { type AuthenticationCredential, checkAuthentication, markUsed, type VerifiedAssertion } from '@/lib/passkeys';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { lockUser } from '@/lib/users';
import { type Outcome, type SigningBrowser, startPendingSignIn, startSession } from './begin';
import { factsOf } from './policy';

type Answer = SigningBrowser & { challengeId: string; credential: AuthenticationCredential };

/**
 * Signs in with a passkey: always a new session, and the one that the browser had before is ended. A refusal is
 * recorded and the challenge stays spent.
 */
export async function signInWithPasskey(answer: Answer, context: RequestContext) {
  const checked = await checkAuthentication(answer, { purpose: 'authenticate' }, context);
  if (!checked.ok) return checked;

  const { user, passkey, hasSecondFactor } = checked.value;
  const event = { actorId: user.id, subjectId: user.id, passkeyId: passkey.id };
  const facts = factsOf(checked.value);
  const outcome =
    facts.twoFactors || !hasSecondFactor
      ? await start(checked.value, facts, answer, context)
      : await startPending(checked.value, facts, answer, context);
  if (!outcome) {
    await record(db, { ...event, type: 'auth.passkey.failure', reason: 'overtaken' }, context);
    return fail('authentication_failed');
  }
  return ok(outcome);
}

type Facts = ReturnType<typeof factsOf>;

async function start(
  assertion: VerifiedAssertion,
  { amr, acr }: Facts,
  answer: Answer,
  context: RequestContext,
): Promise<Outcome | undefined> {
  const { user, passkey, returnTo } = assertion;
  const { recoveryId, heldUntil } = passkey;
  const person = { userId: user.id, email: user.email, stamp: user.stamp };
  const authentication = { amr, acr, recoveryId, heldUntil, returnTo, passkeyId: passkey.id, assertion };
  const outcome = await startSession(db, person, authentication, answer, context);
  return outcome && { ...outcome, offersPasskey: cameFromAnotherDevice(answer, assertion) };
}

/** A phone answered for this computer: a synced passkey that is attached to another device (requirement E6). */
const cameFromAnotherDevice = ({ credential }: Answer, { passkey }: VerifiedAssertion) =>
  credential.authenticatorAttachment === 'cross-platform' && passkey.backupEligible;

/** One factor of two: the passkey's state is stored, but there is no session yet. */
async function startPending(
  assertion: VerifiedAssertion,
  { amr, acr, confirmsUserVerification }: Facts,
  answer: Answer,
  context: RequestContext,
) {
  const { user, passkey, returnTo } = assertion;
  const person = { userId: user.id, email: user.email, stamp: user.stamp };
  return db.transaction(async (tx) => {
    if (!(await lockUser(tx, user.id, user.stamp)) || !(await recordUse(tx, assertion, context))) return undefined;
    const { recoveryId, heldUntil } = passkey;
    const authentication = {
      amr,
      acr,
      recoveryId,
      heldUntil,
      returnTo,
      confirmsUserVerification,
      passkeyId: passkey.id,
    };
    return startPendingSignIn(tx, person, authentication, answer);
  });
}

/**
 * Stores the counter and backup state of a verified assertion, and records a change of the backup state (requirement C16).
 * Returns nothing when another use of the passkey came first.
 */
export async function recordUse(tx: Db, assertion: VerifiedAssertion, context: RequestContext, sessionId?: string) {
  const { passkey, user, backupState } = assertion;
  const used = await markUsed(tx, assertion);
  if (used && passkey.backupState !== backupState) {
    const reason = backupState ? 'synced' : 'not_synced';
    const event = { actorId: user.id, subjectId: user.id, passkeyId: passkey.id, sessionId };
    await record(tx, { ...event, type: 'passkey.backup-changed', reason }, context);
  }
  return used;
}
