import { type Db, db } from '@/db';
import { type PlainEvent, record } from '@/lib/audit';
import { config } from '@/lib/config';
import { passkeyChangedEmail, passkeySuspectEmail, sendEmail } from '@/lib/mail';
import { type Attempt, admitAttempt, tooManyRequests } from '@/lib/rate-limits';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { safeReturnTo } from '@/lib/return-to';
import type { Session } from '@/lib/sessions';
import { emailAddress } from '@/lib/users';
import { issueChallenge, keyOf, newChallenge } from './challenges';
import { decoysFor, isDecoy } from './decoys';
import { requestOptions } from './options';
import {
  type ChallengeWithPasskey,
  consumeWithPasskey,
  insertSignInChallenge,
  listRows,
  markEligibilityChanged,
  markRegressed,
} from './queries';
import type { AuthenticationCredential } from './schemas';
import { verifyAssertion } from './verify';

type SignInStart = { browser: string; username?: string; returnTo?: string; attempt: Attempt };

/**
 * Begins a sign-in, and counts it as this attempt. Without a username any passkey of ours may answer and none is named; with
 * one, that user's passkeys are named, or decoys that stay the same.
 */
export async function startAuthentication(
  { browser, username, returnTo, attempt }: SignInStart,
  context: RequestContext,
) {
  const email = username === undefined ? null : (emailAddress.safeParse(username).data ?? username);
  const { challenge, row } = newChallenge(browser, {
    purpose: 'authenticate',
    userVerification: config.webauthn.userVerification === 'required',
    discoverable: email === null,
    returnTo: returnTo === undefined ? null : safeReturnTo(returnTo),
  });
  const [started] = await insertSignInChallenge(db, { ...row, ...attempt.values, email });
  const { id: challengeId, descriptors } = started!;
  const within = await admitAttempt(attempt, started!, context);
  if (!within.ok) return tooManyRequests(within.error);

  const allow = email === null || descriptors.length > 0 ? descriptors : await decoysFor(email);
  return ok({ challengeId: challengeId!, options: await requestOptions(allow, challenge), expiresAt: row.expiresAt });
}

/** Begins a step-up: only this user's passkeys, with user verification whatever the settings say (requirement A18). */
export async function startStepUp({ id: sessionId, userId }: Session, browser: string) {
  const allow = await listRows(db, userId);
  const { challengeId, challenge } = await issueChallenge(browser, {
    purpose: 'step-up',
    userVerification: true,
    userId,
    sessionId,
  });
  return { challengeId, options: await requestOptions(allow, challenge, 'required') };
}

export type AuthenticationFailure = 'authentication_failed' | 'unknown_credential' | 'passkey_changed';
type TooManyRequests = ReturnType<typeof tooManyRequests>;

/** A verified assertion with its passkey and user. Only the challenge has been consumed; nothing else is stored yet. */
export type VerifiedAssertion = {
  passkey: NonNullable<ChallengeWithPasskey['passkey']>;
  user: NonNullable<ChallengeWithPasskey['user']>;
  signCount: number;
  backupState: boolean;
  userVerified: boolean;
  returnTo: string | null;
  hasSecondFactor: boolean;
  passkeyIsTwoFactors: boolean;
};

export type Expected = {
  purpose: 'authenticate' | 'step-up';
  userId?: string;
  sessionId?: string;
  /** What the statement counts that consumes the challenge. */
  attempt: Attempt;
};

/**
 * Consumes the challenge and verifies the assertion in the order of WebAuthn §7.2. Every refusal is recorded with its reason;
 * the caller only learns whether the passkey is truly unknown.
 */
export async function checkAuthentication(
  { challengeId, credential, browser }: { challengeId: string; credential: AuthenticationCredential; browser: string },
  expected: Expected,
  context: RequestContext,
): Promise<Result<VerifiedAssertion, AuthenticationFailure> | TooManyRequests> {
  const { attempt, purpose } = expected;
  const key = keyOf(purpose, challengeId, browser);
  const { count, consumed } = await consumeWithPasskey(db, key, {
    credentialId: credential.id,
    attempt: attempt.values,
  });
  const within = await admitAttempt(attempt, count, context);
  if (!within.ok) return tooManyRequests(within.error);
  const refuse = (reason: string, type?: PlainEvent['type']) => recordRefusal(consumed, purpose, reason, type, context);

  if (!consumed) return refuse('challenge_spent');
  if (expected.sessionId && consumed.challenge.sessionId !== expected.sessionId) return refuse('other_session');
  const { challenge, passkey, user } = consumed;
  if (!passkey || !user) {
    await refuse('unknown_passkey');
    return fail((await isDecoy(credential.id)) ? 'authentication_failed' : 'unknown_credential');
  }
  if (passkey.removedAt) return refuse('removed_passkey');
  const wrongOwner = checkOwner(consumed, credential.response.userHandle ?? undefined, expected.userId);
  if (wrongOwner) return refuse(wrongOwner);

  const verified = await verifyAssertion(credential, challenge, passkey);
  if (!verified.ok) return refuse(verified.error);
  const { signCount, userVerified, backupEligible, backupState } = verified.value;
  if (backupEligible !== passkey.backupEligible) {
    await refuse('backup_eligibility_changed', 'passkey.be-changed');
    return fail('passkey_changed');
  }
  if ((signCount > 0 || passkey.signCount > 0) && signCount <= passkey.signCount) {
    return refuse('counter_regression', 'passkey.counter-regression');
  }
  if (user.disabledAt) return refuse('user_disabled');

  const { hasSecondFactor, passkeyIsTwoFactors } = consumed;
  const asked = { returnTo: challenge.returnTo, hasSecondFactor, passkeyIsTwoFactors };
  return ok({ passkey, user, signCount, backupState, userVerified, ...asked });
}

/** Whose passkey it must be: the one who was named, or the one whose handle the authenticator gives (§7.2 step 6, trap T2). */
function checkOwner(
  { challenge, passkey, user }: ChallengeWithPasskey,
  userHandle: string | undefined,
  userId: string | undefined,
) {
  const owner = Buffer.from(user!.handle).toString('base64url');
  if (userHandle !== undefined && userHandle !== owner) return 'other_user_handle';
  if (challenge.discoverable) return userHandle === undefined ? 'user_handle_missing' : undefined;
  return passkey!.userId === (userId ?? challenge.userId) ? undefined : 'not_allowed';
}

type Purpose = Expected['purpose'];

async function recordRefusal(
  consumed: ChallengeWithPasskey | undefined,
  purpose: Purpose,
  reason: string,
  special: PlainEvent['type'] | undefined,
  context: RequestContext,
) {
  const type = special ?? (purpose === 'step-up' ? 'auth.step-up.failure' : 'auth.passkey.failure');
  const event = { type, reason, subjectId: consumed?.user?.id, passkeyId: consumed?.passkey?.id };
  await db.transaction(async (tx) => {
    await record(tx, event, context);
    const message =
      consumed?.passkey && consumed.user && (await warning(tx, type, consumed.passkey, consumed.user.email));
    if (message) await sendEmail(tx, message, { userId: consumed!.user!.id });
  });
  return fail('authentication_failed');
}

/** Marks a passkey that may have been copied or replaced, and returns the e-mail to its owner; nothing for other refusals. */
async function warning(tx: Db, type: PlainEvent['type'], { id, name }: { id: string; name: string }, email: string) {
  if (type === 'passkey.counter-regression') {
    await markRegressed(tx, id);
    return passkeySuspectEmail(email, name);
  }
  const isNew = type === 'passkey.be-changed' && (await markEligibilityChanged(tx, id));
  return isNew ? passkeyChangedEmail(email, name) : undefined;
}
