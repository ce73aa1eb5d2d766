import 'server-only';
import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import { decrypt, encrypt } from '@/lib/crypto';
import { recoveryCodeUsedLetter, sendLetter, totpChangedLetter } from '@/lib/mail';
import { clearFactorAttempts, giveBackFactorAttempt, recordDenied, takeFactorAttempt } from '@/lib/rate-limits';
import type { Requester } from '@/lib/requester';
import { fail, ok, type Result } from '@/lib/result';
import type { Session } from '@/lib/sessions';
import { hashSecret, verifySecret } from '@/lib/slow-hash';
import {
  consumeCode,
  consumeStep,
  countCodes,
  deleteCodes,
  deleteTotp,
  findCode,
  findTotp,
  replaceCodes,
  upsertUnconfirmed,
} from './queries';
import { formatRecoveryCode, newRecoveryCode, parseRecoveryCode } from './recovery-code';
import { newTotpSecret, stepOf, totpEnrolment } from './totp';

const RECOVERY_CODES = 10;
const PURPOSE = 'totp-secret';

/** Begins enrolling an authenticator app: a secret that counts for nothing until it is confirmed with a code. */
export async function startTotp({ userId, email }: Session) {
  const secret = newTotpSecret();
  if (!(await upsertUnconfirmed(db, userId, encrypt(PURPOSE, secret)))) return fail('already-enrolled');
  return ok(totpEnrolment(secret, email));
}

/** Confirms the authenticator app with its first code and issues the recovery codes, which are never shown again. */
export async function confirmTotp(code: string, session: Session, by: Requester) {
  const { userId, id: sessionId, email } = session;
  const attempt = await takeFactorAttempt('second-factor', userId);
  if (!attempt.ok) return fail('wait');
  const kept = await findTotp(db, userId);
  const secret = kept && !kept.confirmedAt ? decrypt(PURPOSE, kept) : undefined;
  const step = secret && stepOf(secret, code);
  if (step === undefined) return fail('wrong-code');

  const codes = await newCodes();
  if (!codes.ok) return codes;
  const confirmed = await db.transaction(async (tx) => {
    if (!(await consumeStep(tx, userId, step, 'unconfirmed'))) return fail('wrong-code');
    await clearFactorAttempts(tx, 'second-factor', userId);
    await replaceCodes(tx, userId, codes.value.rows);
    await record(tx, { type: 'totp.enabled', actorId: userId, subjectId: userId, sessionId }, by);
    return ok(codes.value.shown);
  });
  if (confirmed.ok) sendLetter(totpChangedLetter(email, 'on'));
  return confirmed;
}

/** Turns the authenticator app off and ends its recovery codes. */
export async function removeTotp(
  owner: { userId: string; email: string; sessionId?: string; actorId?: string },
  by: Requester,
) {
  const { userId, sessionId, actorId = userId } = owner;
  const wasOn = await db.transaction(async (tx) => {
    const removed = await deleteTotp(tx, userId);
    await deleteCodes(tx, userId);
    await clearFactorAttempts(tx, 'second-factor', userId);
    if (!removed?.confirmedAt) return false;
    await record(tx, { type: 'totp.disabled', actorId, subjectId: userId, sessionId }, by);
    return true;
  });
  if (wasOn) sendLetter(totpChangedLetter(owner.email, 'off'));
}

/** Ends the old recovery codes and issues ten new ones; shown once. */
export async function renewRecoveryCodes({ userId, id: sessionId }: Session, by: Requester) {
  if (!(await findTotp(db, userId))?.confirmedAt) return fail('not-enrolled');
  const codes = await newCodes();
  if (!codes.ok) return codes;
  await db.transaction(async (tx) => {
    await replaceCodes(tx, userId, codes.value.rows);
    await record(tx, { type: 'recovery-codes.renewed', actorId: userId, subjectId: userId, sessionId }, by);
  });
  return ok(codes.value.shown);
}

/** What the owner sees of the second factor. */
export async function findSecondFactor(userId: string) {
  const [totp, codesLeft] = await Promise.all([findTotp(db, userId), countCodes(db, userId)]);
  return { enrolledAt: totp?.confirmedAt ?? undefined, codesLeft };
}

export type SecondFactorProof = 'otp' | 'recovery-code';
export type SecondFactorRefusal = { reason: 'wrong' } | { reason: 'wait'; seconds: number } | { reason: 'busy' };

/**
 * Checks a second factor, an authenticator's code or a recovery code, whichever the text is. Both share one count of
 * failures, and each code works once.
 */
export async function checkSecondFactor(
  user: { id: string; email: string },
  code: string,
  by: Requester,
): Promise<Result<SecondFactorProof, SecondFactorRefusal>> {
  const attempt = await takeFactorAttempt('second-factor', user.id);
  const isTotp = /^[\d\s]{6,8}$/.test(code.trim());
  const type = isTotp ? 'auth.totp.failure' : 'auth.recovery-code.failure';
  if (!attempt.ok) {
    await recordDenied({ type, reason: 'has-to-wait', subjectId: user.id }, by);
    return fail({ reason: 'wait', seconds: attempt.error });
  }
  const proof = isTotp ? await checkTotp(user.id, code) : await checkRecoveryCode(user.id, code);
  if (!proof.ok) {
    if (proof.error === 'busy') {
      await giveBackFactorAttempt('second-factor', user.id, attempt.value.attempts);
      return fail({ reason: 'busy' });
    }
    await record(db, { type, subjectId: user.id }, by);
    return fail({ reason: 'wrong' });
  }

  await clearFactorAttempts(db, 'second-factor', user.id);
  const event = { actorId: user.id, subjectId: user.id };
  await record(db, { ...event, type: proof.value === 'otp' ? 'auth.totp.success' : 'auth.recovery-code.used' }, by);
  if (proof.value === 'recovery-code') sendLetter(recoveryCodeUsedLetter(user.email, await countCodes(db, user.id)));
  return proof;
}

async function checkTotp(userId: string, code: string) {
  const kept = await findTotp(db, userId);
  const secret = kept?.confirmedAt ? decrypt(PURPOSE, kept) : undefined;
  const step = secret && stepOf(secret, code);
  return step !== undefined && (await consumeStep(db, userId, step, 'confirmed'))
    ? ok<SecondFactorProof>('otp')
    : fail('wrong');
}

async function checkRecoveryCode(userId: string, code: string) {
  const parsed = parseRecoveryCode(code);
  const found = parsed && (await findCode(db, userId, parsed.selector));
  const compared = await verifySecret(parsed?.secret ?? code, found?.hash);
  if (!compared.ok) return compared;
  return compared.value.matches && (await consumeCode(db, userId, found!.id))
    ? ok<SecondFactorProof>('recovery-code')
    : fail('wrong');
}

async function newCodes() {
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  const rows: { selector: string; hash: string }[] = [];
  for (const { selector, secret } of codes) {
    const hashed = await hashSecret(secret);
    if (!hashed.ok) return hashed;
    rows.push({ selector, hash: hashed.value });
  }
  return ok({ rows, shown: codes.map(formatRecoveryCode) });
}

/** Tells, inside a larger statement's transaction, whether a second factor must be asked of this user. */
export const isEnrolled = async (tx: Db, userId: string) => Boolean((await findTotp(tx, userId))?.confirmedAt);
