import { db } from '@/db';
import { record } from '@/lib/audit';
import { hashToken, randomToken } from '@/lib/crypto';
import { deliverEmails } from '@/lib/mail';
import { type AuthenticationCredential, checkAuthentication, type VerifiedAssertion } from '@/lib/passkeys';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { safeReturnTo } from '@/lib/return-to';
import { lockUser } from '@/lib/users';
import { type Outcome, type SigningBrowser, startPendingSignIn } from './begin';
import { factsOf } from './policy';
import { startPasskeySession } from './queries';
import { recordUse } from './use';

type Answer = SigningBrowser & { challengeId: string; credential: AuthenticationCredential };

/**
 * Signs in with a passkey: always a new session, and the one that the browser had before is ended. A refusal is
 * recorded and the challenge stays spent.
 */
export async function signInWithPasskey(answer: Answer, context: RequestContext) {
  const proof = await checkAuthentication(answer, { purpose: 'authenticate' }, context);
  if (!proof.ok) return proof;

  const { user, passkey, hasSecondFactor } = proof.value;
  const event = { actorId: user.id, subjectId: user.id, passkeyId: passkey.id };
  const facts = factsOf(proof.value);
  const outcome =
    facts.twoFactors || !hasSecondFactor
      ? await start(proof.value, facts, answer, context)
      : await wait(proof.value, facts, answer, context);
  if (!outcome) {
    await record(db, { ...event, type: 'auth.passkey.failure', reason: 'overtaken' }, context);
    return fail('authentication_failed');
  }
  return ok(outcome);
}

type Facts = ReturnType<typeof factsOf>;

async function start(
  proof: VerifiedAssertion,
  { amr, acr }: Facts,
  answer: Answer,
  context: RequestContext,
): Promise<Outcome | undefined> {
  const { browser, previousToken } = answer;
  const token = randomToken();
  const endedTokenHash = previousToken ? hashToken(previousToken) : null;
  const hashes = { tokenHash: hashToken(token), endedTokenHash, browserHash: hashToken(browser) };
  const started = await startPasskeySession(db, { proof, amr, acr, ...hashes }, context);
  if (!started) return undefined;

  const { returnTo } = proof;
  if (started.isNewBrowser) await deliverEmails();
  return {
    status: 'signed-in',
    token,
    redirectTo: safeReturnTo(returnTo),
    offersPasskey: cameFromAnotherDevice(answer, proof),
  };
}

/** A phone answered for this computer: a synced passkey that is attached to another device (requirement E6). */
const cameFromAnotherDevice = ({ credential }: Answer, { passkey }: VerifiedAssertion) =>
  credential.authenticatorAttachment === 'cross-platform' && passkey.backupEligible;

/** One factor of two: the passkey's state is kept, but there is no session yet. */
async function wait(
  proof: VerifiedAssertion,
  { amr, acr, confirmsUserVerification }: Facts,
  answer: Answer,
  context: RequestContext,
) {
  const { user, passkey, returnTo } = proof;
  const person = { userId: user.id, email: user.email, stamp: user.stamp };
  return db.transaction(async (tx) => {
    if (!(await lockUser(tx, user.id, user.stamp)) || !(await recordUse(tx, proof, context))) return undefined;
    const { recoveryId, heldUntil } = passkey;
    const proven = { amr, acr, recoveryId, heldUntil, returnTo, confirmsUserVerification, passkeyId: passkey.id };
    return startPendingSignIn(tx, person, proven, answer);
  });
}
