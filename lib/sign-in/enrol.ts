import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import { completeEnrolment, type Enrolment, lockEnrolment } from '@/lib/enrolments';
import { sendLetter } from '@/lib/mail';
import {
  checkRegistration,
  isKnownCredential,
  listPasskeys,
  type RegistrationCredential,
  storePasskey,
} from '@/lib/passkeys';
import { issueConfirmation } from '@/lib/recovery';
import type { Requester } from '@/lib/requester';
import { fail, ok } from '@/lib/result';
import { unheld } from '@/lib/sessions';
import { beginSession } from './begin';
import { factsOf } from './policy';

type Answer = { challengeId: string; credential: RegistrationCredential; name?: string; browser: string };

/**
 * Turns an opened sign-up, invitation or setup link into a user with a first passkey and a session, all written
 * together or not at all; the link is used up by it.
 */
export async function enrol(answer: Answer, enrolment: Enrolment, by: Requester) {
  const enrolling = db.transaction(async (tx) => {
    await lockEnrolment(tx, enrolment.id);
    const verified = await checkRegistration(tx, answer, { enrolment }, by);
    if (!verified.ok) return verified;
    if (await isKnownCredential(tx, answer.credential.id))
      return refuse(tx, 'credential_exists', 'credential-exists', by);
    const completed = await completeEnrolment(tx, enrolment, by);
    if (!completed.ok) return refuse(tx, 'registration_failed', completed.error, by);

    const { userId, email } = completed.value;
    const stored = await storePasskey(tx, { userId, verified: verified.value, answer, startsSession: true }, by);
    if (!stored.ok) throw new FirstPasskeyRefused(stored.error);
    const { userVerified, backupEligible } = verified.value;
    const facts = factsOf({ passkey: { backupEligible, uvInitialized: userVerified }, userVerified });
    const proven = { amr: facts.amr, acr: facts.acr, passkeyId: stored.value.id, ...unheld };
    const { token } = await beginSession(tx, completed.value, proven, answer, by);
    const asked = asksForConfirmation(enrolment) ? [await issueConfirmation(tx, { id: userId, email })] : [];
    return ok({ token, userId, passkeyId: stored.value.id, letters: [stored.value.letter, ...asked] });
  });
  const enrolled = await enrolling.catch((error: unknown) => {
    if (!(error instanceof FirstPasskeyRefused) || error.why !== 'credential_exists') throw error;
    return refuse(db, 'credential_exists', 'credential-exists', by);
  });
  if (!enrolled.ok) return enrolled;

  const { token, letters, userId, passkeyId } = enrolled.value;
  for (const letter of letters) sendLetter(letter);
  const { passkeys } = await listPasskeys({ userId, passkeyId });
  return ok({ token, passkey: passkeys[0] });
}

/** Takes the new user back out. Another link brought the same passkey at the same time, and was first. */
class FirstPasskeyRefused extends Error {
  constructor(readonly why: string) {
    super(`the first passkey of a new user was refused: ${why}`);
  }
}

/** The first administrator types an address that no letter has reached yet. */
const asksForConfirmation = ({ purpose }: Enrolment) => purpose === 'setup' && config.mail !== 'none';

async function refuse<const E extends 'credential_exists' | 'registration_failed'>(
  tx: Db,
  error: E,
  reason: string,
  by: Requester,
) {
  await record(tx, { type: 'enrolment.failure', reason }, by);
  return fail(error);
}
