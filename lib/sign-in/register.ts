import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import {
  checkRegistration,
  isKnownCredential,
  listPasskeys,
  type RegistrationAnswer,
  storePasskey,
} from '@/lib/passkeys';
import { sendConfirmation } from '@/lib/recovery';
import { completeRegistration, lockRegistrationLink, type RegistrationLink } from '@/lib/registration-links';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { unheld } from '@/lib/sessions';
import { startHeldSession } from './begin';
import { factsOf } from './policy';

/**
 * Turns an opened sign-up, invitation or setup link into a user with a first passkey and a session, all written
 * together or not at all; the link is used up by it.
 */
export async function registerWithPasskey(answer: RegistrationAnswer, link: RegistrationLink, context: RequestContext) {
  const enrolling = db.transaction(async (tx) => {
    await lockRegistrationLink(tx, link.id);
    const verified = await checkRegistration(tx, answer, { registrationLink: link }, context);
    if (!verified.ok) return verified;
    if (await isKnownCredential(tx, answer.credential.id))
      return refuse(tx, 'credential_exists', 'credential_exists', context);
    const completed = await completeRegistration(tx, link, context);
    if (!completed.ok) return refuse(tx, 'registration_failed', completed.error, context);

    const { userId, email } = completed.value;
    const stored = await storePasskey(tx, { userId, verified: verified.value, answer, startsSession: true }, context);
    if (!stored.ok) throw new FirstPasskeyRefused(stored.error);
    const { userVerified, backupEligible } = verified.value;
    const facts = factsOf({ passkey: { backupEligible, uvInitialized: userVerified }, userVerified });
    const authentication = { amr: facts.amr, acr: facts.acr, passkeyId: stored.value.id, ...unheld };
    const { token } = await startHeldSession(tx, completed.value, authentication, answer, context);
    if (asksForConfirmation(link)) await sendConfirmation(tx, { id: userId, email });
    return ok({ token, userId, passkeyId: stored.value.id });
  });
  const enrolled = await enrolling.catch((error: unknown) => {
    if (!(error instanceof FirstPasskeyRefused) || error.why !== 'credential_exists') throw error;
    return refuse(db, 'credential_exists', 'credential_exists', context);
  });
  if (!enrolled.ok) return enrolled;

  const { token, userId, passkeyId } = enrolled.value;
  const { passkeys } = await listPasskeys({ userId, passkeyId });
  return ok({ token, passkey: passkeys[0] });
}

/** Takes the new user back out. Another link brought the same passkey at the same time, and was first. */
class FirstPasskeyRefused extends Error {
  constructor(readonly why: string) {
    super(`the first passkey of a new user was refused: ${why}`);
  }
}

/** The first administrator types an address that no e-mail has reached yet. */
const asksForConfirmation = ({ purpose }: RegistrationLink) => purpose === 'setup' && config.mail !== 'none';

async function refuse<const E extends 'credential_exists' | 'registration_failed'>(
  tx: Db,
  error: E,
  reason: string,
  context: RequestContext,
) {
  await record(tx, { type: 'enrolment.failure', reason }, context);
  return fail(error);
}
