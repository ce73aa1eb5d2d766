import 'server-only';
import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import { addedOnHoldEmail, recoveryCodeUsedEmail, sendEmail, totpChangedEmail } from '@/lib/mail';
import { hashSecret, verifySecret } from '@/lib/password-hash';
import { clearFactorAttempts, giveBackFactorAttempt, recordDenied, takeFactorAttempt } from '@/lib/rate-limits';
import { issueCancellation } from '@/lib/recovery';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { isHeld, lockOwner, mayChange, type Origin, originOfAdded, type Session, unheld } from '@/lib/sessions';
import { lockUser } from '@/lib/users';
import { open, seal } from '@/lib/vault';
import {
  consumeCode,
  consumeStep,
  countCodes,
  deleteCodes,
  deleteTotp,
  findCode,
  findTotp,
  replaceCodes,
  setOrigin,
  upsertUnconfirmed,
} from './queries';
import { formatRecoveryCode, newRecoveryCode, parseRecoveryCode, type RecoveryCode } from './recovery-code';
import { looksLikeTotp, newTotpSecret, stepOf, totpEnrolment } from './totp';

const RECOVERY_CODES = 10;

/** Begins enrolling an authenticator app: a secret that counts for nothing until it is confirmed with a code. */
export async function startTotp({ userId, email }: Session) {
  const secret = newTotpSecret();
  if (!(await upsertUnconfirmed(db, userId, seal('totp_secrets', userId, secret)))) return fail('already-enrolled');
  return ok(totpEnrolment(secret, email));
}

/** Confirms the authenticator app with its first code and issues the recovery codes, which are never shown again. */
export async function confirmTotp(code: string, session: Session, context: RequestContext) {
  if (!looksLikeTotp(code)) return fail('wrong-shape');
  const { userId, id: sessionId, email } = session;
  const attempt = await takeFactorAttempt('second-factor', userId);
  if (!attempt.ok) return fail('wait');
  const kept = await findTotp(db, userId);
  const secret = kept && !kept.confirmedAt ? await open('totp_secrets', userId, kept) : undefined;
  const step = secret && stepOf(secret, code);
  if (step === undefined) return fail('wrong-code');

  const codes = await newCodes();
  if (!codes.ok) return codes;
  const origin = originOfAdded(session);
  return db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session-ended');
    if (!(await consumeStep(tx, userId, step, 'unconfirmed'))) return fail('wrong-code');
    await setOrigin(tx, userId, origin);
    await clearFactorAttempts(tx, 'second-factor', userId);
    await replaceCodes(tx, userId, codes.value.rows);
    await record(tx, { type: 'totp.enabled', actorId: userId, subjectId: userId, sessionId }, context);
    const message = isHeld(origin)
      ? addedOnHoldEmail(email, 'totp', await issueCancellation(tx, { id: userId, email }, origin.recoveryId!))
      : totpChangedEmail(email, 'on');
    await sendEmail(tx, message, { userId });
    return ok(codes.value.shown);
  });
}

/** Turns one's own authenticator app off, unless it is older than the recovery that this session is held for. */
export async function removeOwnTotp(session: Session, context: RequestContext) {
  if (!mayChange(session, await findTotp(db, session.userId))) return fail('on_hold');
  return removeTotp({ userId: session.userId, email: session.email, sessionId: session.id }, context);
}

/** Turns the authenticator app off and ends its recovery codes. */
export async function removeTotp(
  owner: { userId: string; email: string; sessionId?: string; actorId?: string },
  context: RequestContext,
) {
  const { userId, sessionId, actorId = userId } = owner;
  return db.transaction(async (tx) => {
    if (!(await (sessionId ? lockOwner(tx, { userId, id: sessionId }) : lockUser(tx, userId))))
      return fail('session-ended');
    const wasOn = await clearTotp(tx, { id: userId, email: owner.email });
    if (wasOn) await record(tx, { type: 'totp.disabled', actorId, subjectId: userId, sessionId }, context);
    return ok({ wasOn });
  });
}

/**
 * Turns a user's authenticator app off and ends its recovery codes, inside the caller's transaction, which holds the user's
 * row; tells whether it was on, which the caller writes down.
 */
export async function clearTotp(tx: Db, { id, email }: { id: string; email: string }) {
  const totp = await deleteTotp(tx, id);
  await deleteCodes(tx, id);
  await clearFactorAttempts(tx, 'second-factor', id);
  if (!totp?.confirmedAt) return false;
  await sendEmail(tx, totpChangedEmail(email, 'off'), { userId: id });
  return true;
}

/** Ends the old recovery codes and issues ten new ones; shown once. */
export async function renewRecoveryCodes(session: Session, context: RequestContext) {
  const { userId, id: sessionId } = session;
  const codes = await newCodes();
  if (!codes.ok) return codes;
  return db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session-ended');
    const totp = await findTotp(tx, userId);
    if (!totp?.confirmedAt) return fail('not-enrolled');
    if (!mayChange(session, totp)) return fail('on_hold');
    await replaceCodes(tx, userId, codes.value.rows);
    await record(tx, { type: 'recovery-codes.renewed', actorId: userId, subjectId: userId, sessionId }, context);
    return ok(codes.value.shown);
  });
}

/** What the owner sees of the second factor. */
export async function findSecondFactor(userId: string) {
  const [totp, codesLeft] = await Promise.all([findTotp(db, userId), countCodes(db, userId)]);
  const { recoveryId, heldUntil } = totp ?? unheld;
  return { enrolledAt: totp?.confirmedAt ?? undefined, codesLeft, recoveryId, heldUntil };
}

export type SecondFactorRefusal =
  | { reason: 'wrong' | 'wrong-shape' }
  | { reason: 'wait'; seconds: number }
  | { reason: 'busy' };

/** A second factor that was right when it was looked at, and is not used up yet. */
export type CheckedFactor = { proof: 'otp'; step: number } | { proof: 'recovery-code'; id: string };

const eventTypes = {
  otp: { success: 'auth.totp.success', failure: 'auth.totp.failure' },
  'recovery-code': { success: 'auth.recovery-code.used', failure: 'auth.recovery-code.failure' },
} as const;

/**
 * Checks a second factor, an authenticator's code or a recovery code, whichever the text is, and uses nothing up: that is
 * for `consumeSecondFactor`, together with what it is for. Both kinds share one count of failures; a text that cannot be
 * either is no guess and is not counted.
 */
export async function checkSecondFactor(
  userId: string,
  code: string,
  context: RequestContext,
): Promise<Result<CheckedFactor, SecondFactorRefusal>> {
  const kind = looksLikeTotp(code) ? 'otp' : 'recovery-code';
  if (kind === 'recovery-code' && !parseRecoveryCode(code)) return fail({ reason: 'wrong-shape' });
  const attempt = await takeFactorAttempt('second-factor', userId);
  const type = eventTypes[kind].failure;
  if (!attempt.ok) {
    await recordDenied({ type, reason: 'has-to-wait', subjectId: userId }, context);
    return fail({ reason: 'wait', seconds: attempt.error });
  }
  const checked = kind === 'otp' ? await checkTotp(userId, code) : await checkRecoveryCode(userId, code);
  if (checked.ok) return checked;
  if (checked.error === 'busy') {
    await giveBackFactorAttempt('second-factor', userId, attempt.value.attempts);
    return fail({ reason: 'busy' });
  }
  await record(db, { type, subjectId: userId }, context);
  return fail({ reason: 'wrong' });
}

/**
 * Uses a checked second factor up, once, inside the transaction of what it is for, which holds the user's row: whoever
 * comes too late for that keeps the code. Tells whether it was still good.
 */
export async function consumeSecondFactor(
  tx: Db,
  { id, email }: { id: string; email: string },
  factor: CheckedFactor,
  context: RequestContext,
) {
  const consumed =
    factor.proof === 'otp' ? await consumeStep(tx, id, factor.step, 'confirmed') : await consumeCode(tx, id, factor.id);
  const type = eventTypes[factor.proof];
  if (!consumed) {
    await record(tx, { type: type.failure, subjectId: id }, context);
    return false;
  }
  await clearFactorAttempts(tx, 'second-factor', id);
  await record(tx, { type: type.success, actorId: id, subjectId: id }, context);
  if (factor.proof === 'recovery-code') {
    const left = await countCodes(tx, id);
    await sendEmail(tx, recoveryCodeUsedEmail(email, left), { userId: id });
  }
  return true;
}

async function checkTotp(userId: string, code: string) {
  const kept = await findTotp(db, userId);
  const secret = kept?.confirmedAt ? await open('totp_secrets', userId, kept) : undefined;
  const step = secret && stepOf(secret, code);
  return step !== undefined && step > kept!.lastStep ? ok<CheckedFactor>({ proof: 'otp', step }) : fail('wrong');
}

async function checkRecoveryCode(userId: string, code: string) {
  const parsed = parseRecoveryCode(code);
  const found = parsed && (await findCode(db, userId, parsed.selector));
  const compared = await verifySecret(parsed?.secret ?? code, found?.hash);
  if (!compared.ok) return compared;
  return compared.value.matches ? ok<CheckedFactor>({ proof: 'recovery-code', id: found!.id }) : fail('wrong');
}

async function newCodes() {
  // A selector finds one code of a person, so no two have the same.
  const distinct = new Map<string, RecoveryCode>();
  while (distinct.size < RECOVERY_CODES) {
    const code = newRecoveryCode();
    distinct.set(code.selector, code);
  }
  const codes = [...distinct.values()];
  const rows: { selector: string; hash: string }[] = [];
  for (const { selector, secret } of codes) {
    const hashed = await hashSecret(secret);
    if (!hashed.ok) return hashed;
    rows.push({ selector, hash: hashed.value });
  }
  return ok({ rows, shown: codes.map(formatRecoveryCode) });
}

/** Tells, inside a larger statement's transaction, whether a second factor must be asked of this user. */
export const hasTotp = async (tx: Db, userId: string) => Boolean((await findTotp(tx, userId))?.confirmedAt);

/** What the second factor is held for, for a proof that it is part of. */
export const originOfSecondFactor = async (tx: Db, userId: string): Promise<Origin> =>
  (await findTotp(tx, userId)) ?? unheld;
