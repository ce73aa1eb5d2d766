import { db } from '@/db';
import { announce, record } from '@/lib/audit';
import { hashToken, randomToken } from '@/lib/crypto';
import { type AuthenticationCredential, checkAuthentication } from '@/lib/passkeys';
import type { Requester } from '@/lib/requester';
import { fail, ok } from '@/lib/result';
import { safeReturnTo } from '@/lib/return-to';
import { factsOf } from './policy';
import { startPasskeySession } from './queries';

type Answer = { challengeId: string; credential: AuthenticationCredential; browser: string; previousToken?: string };

/**
 * Signs in with a passkey: always a new session, and the one that the browser had before is ended. A refusal is
 * recorded and the challenge stays spent.
 */
export async function signInWithPasskey(answer: Answer, by: Requester) {
  const proof = await checkAuthentication(answer, { purpose: 'authenticate' }, by);
  if (!proof.ok) return proof;

  const { amr, acr } = factsOf(proof.value);
  const token = randomToken();
  const endedTokenHash = answer.previousToken ? hashToken(answer.previousToken) : null;
  const started = await startPasskeySession(
    db,
    { proof: proof.value, amr, acr, tokenHash: hashToken(token), endedTokenHash },
    by,
  );
  const { user, passkey, returnTo } = proof.value;
  const event = { actorId: user.id, subjectId: user.id, passkeyId: passkey.id };
  if (!started) {
    await record(db, { ...event, type: 'auth.passkey.failure', reason: 'overtaken' }, by);
    return fail('authentication_failed');
  }

  announce({ ...event, type: 'auth.passkey.success', sessionId: started.id }, by);
  return ok({ status: 'signed-in' as const, token, redirectTo: safeReturnTo(returnTo) });
}
