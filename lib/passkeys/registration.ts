import { type Db, db } from '@/db';
import { byOwner, record } from '@/lib/audit';
import { config } from '@/lib/config';
import { passkeyAddedEmail } from '@/lib/mail';
import { notifyOfAdded } from '@/lib/recovery';
import type { RegistrationLink } from '@/lib/registration-links';
import { describeBrowser, type RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { lockOwner, type Origin, originOfAdded, type Session, unheld } from '@/lib/sessions';
import { findUser, lockUser } from '@/lib/users';
import { issueChallenge, keyOf } from './challenges';
import { viewOf } from './manage';
import { creationOptions } from './options';
import { proposeName } from './providers';
import { consumeChallenge, insertPasskey, listRows } from './queries';
import type { RegistrationCredential } from './schemas';
import { type VerifiedRegistration, verifyRegistration } from './verify';

/** A user has at most this many passkeys. */
export const MOST_PASSKEYS = 50;

export type RegistrationFailure = 'challenge_spent' | 'registration_failed' | 'credential_exists' | 'too_many_passkeys';
type Registrant = { session: Session } | { registrationLink: RegistrationLink };

/** Begins a registration for the signed-in user or for the person whom a sign-up, invitation or setup link let in. */
export async function startRegistration(registrant: Registrant, browser: string, conditional: boolean) {
  const { webauthn } = config;
  const userVerification = webauthn.userVerification === 'required';
  const demands = { purpose: 'register', userVerification, conditional } as const;

  if ('registrationLink' in registrant) {
    const { id, userHandle: handle, email, name } = registrant.registrationLink;
    if (!email || !name) return fail('enrolment_required');
    const { challengeId, challenge } = await issueChallenge(browser, { ...demands, enrolmentId: id });
    return ok({ challengeId, options: await creationOptions({ handle, email, name }, [], challenge) });
  }

  const { userId, id: sessionId } = registrant.session;
  const user = await findUser(db, userId);
  if (!user) return fail('session_required');
  const existing = await listRows(db, userId);
  if (existing.length >= MOST_PASSKEYS) return fail('too_many_passkeys');
  const { challengeId, challenge } = await issueChallenge(browser, { ...demands, userId, sessionId });
  return ok({ challengeId, options: await creationOptions(user, existing, challenge) });
}

export type RegistrationAnswer = {
  challengeId: string;
  credential: RegistrationCredential;
  name?: string;
  browser: string;
};

/**
 * Spends the challenge and verifies the answer inside the caller's transaction. The challenge must have been given to
 * this very session or enrolment.
 */
export async function checkRegistration(
  tx: Db,
  { challengeId, credential, browser }: RegistrationAnswer,
  registrant: Registrant,
  context: RequestContext,
) {
  const challenge = await consumeChallenge(tx, keyOf('register', challengeId, browser));
  const userId = 'session' in registrant ? registrant.session.userId : undefined;
  const refuse = async <const E extends RegistrationFailure>(error: E, reason: string) => {
    await recordFailure(tx, userId, reason, context);
    return fail(error);
  };

  const same =
    'session' in registrant
      ? challenge?.sessionId === registrant.session.id
      : challenge?.enrolmentId === registrant.registrationLink.id;
  if (!challenge || !same) return refuse('challenge_spent', 'challenge_spent');
  const verified = await verifyRegistration(credential, challenge);
  if (!verified.ok) return refuse('registration_failed', verified.error);
  const rk = credential.clientExtensionResults?.credProps?.rk;
  if (rk === false && config.webauthn.residentKey === 'required')
    return refuse('registration_failed', 'not_discoverable');
  return verified;
}

const recordFailure = (tx: Db, userId: string | undefined, reason: string, context: RequestContext) =>
  record(tx, { type: 'passkey.register.failure', reason, ...byOwner(userId) }, context);

type NewPasskey = {
  userId: string;
  verified: VerifiedRegistration;
  answer: RegistrationAnswer;
  startsSession?: boolean;
  origin?: Origin;
};

/** Writes the passkey with its audit event inside the caller's transaction; the user's row is locked while it counts. */
export async function storePasskey(
  tx: Db,
  { userId, verified, answer: { credential, name }, startsSession = false, origin = unheld }: NewPasskey,
  context: RequestContext,
) {
  const user = await lockUser(tx, userId);
  if (!user) return fail('registration_failed');
  const existing = await listRows(tx, userId);
  if (existing.length >= MOST_PASSKEYS) return fail('too_many_passkeys');

  const { userVerified: uvInitialized, attestationObject, ...record_ } = verified;
  const attachment = credential.authenticatorAttachment ?? null;
  const transports = credential.response.transports ?? [];
  const browser = describeBrowser(context.browser);
  const proposed = proposeName(
    { aaguid: verified.aaguid, attachment, transports, browser },
    existing.map((passkey) => passkey.name),
  );
  const row = {
    ...record_,
    ...origin,
    userId,
    uvInitialized,
    lastUsedAt: startsSession ? new Date() : null,
    transports,
    authenticatorAttachment: attachment,
    name: name ?? proposed,
    discoverable: credential.clientExtensionResults?.credProps?.rk ?? null,
    attestationObject: config.webauthn.attestation === 'none' ? null : attestationObject,
  };
  const inserted = await insertPasskey(tx, row);
  if (!inserted) return fail('credential_exists');

  await record(tx, { type: 'passkey.register.success', ...byOwner(userId), passkeyId: inserted.id }, context);
  await notifyOfAdded(tx, user, { what: 'passkey', origin, message: passkeyAddedEmail(user.email, row.name) });
  return ok({ id: inserted.id });
}

/** Adds a passkey to the signed-in user: exactly once, or not at all. */
export async function finishRegistration(answer: RegistrationAnswer, session: Session, context: RequestContext) {
  const { userId, passkeyId } = session;
  const added = await db.transaction(async (tx) => {
    // Before the challenge, which goes with a session that is ended (decision 0030). Without the session it is gone as well.
    await lockOwner(tx, session);
    const verified = await checkRegistration(tx, answer, { session }, context);
    if (!verified.ok) return verified;
    const passkey = { userId, verified: verified.value, answer, origin: originOfAdded(session) };
    const stored = await storePasskey(tx, passkey, context);
    if (!stored.ok) await recordFailure(tx, userId, stored.error, context);
    return stored;
  });
  if (!added.ok) return added;

  const row = (await listRows(db, userId)).find(({ id }) => id === added.value.id);
  return row ? ok(viewOf(row, passkeyId)) : fail('registration_failed');
}
