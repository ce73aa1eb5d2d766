import 'server-only';
import { type Db, db } from '@/db';
import { byOwner, record } from '@/lib/audit';
import { recoveryCodeUsedEmail, sendEmail } from '@/lib/mail';
import { verifySecret } from '@/lib/password-hash';
import type { FactorRefusal } from '@/lib/problems';
import { clearFactorAttempts, giveBackFactorAttempt, recordDenied, takeFactorAttempt } from '@/lib/rate-limits';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { type Origin, unheld } from '@/lib/sessions';
import { open } from '@/lib/vault';
import { consumeCode, consumeStep, countCodes, findCode, findTotp } from './queries';
import { parseRecoveryCode } from './recovery-code';
import { looksLikeTotp, stepOf } from './totp';

export { clearTotp, confirmTotp, removeOwnTotp, renewRecoveryCodes, startTotp } from './operations';

/** A second factor that was checked and is not consumed yet. */
export type CheckedFactor = { kind: 'otp'; step: number } | { kind: 'recovery-code'; id: string };

const eventTypes = {
  otp: { success: 'auth.totp.success', failure: 'auth.totp.failure' },
  'recovery-code': { success: 'auth.recovery-code.used', failure: 'auth.recovery-code.failure' },
} as const;

/**
 * Checks a second factor, an authenticator's code or a recovery code, without consuming it: `consumeSecondFactor` does so
 * in the transaction of what it is for. Both kinds share one count of failures; a text that cannot be
 * either is no guess and is not counted.
 */
export async function checkSecondFactor(
  userId: string,
  code: string,
  context: RequestContext,
): Promise<Result<CheckedFactor, FactorRefusal>> {
  const kind = looksLikeTotp(code) ? 'otp' : 'recovery-code';
  if (kind === 'recovery-code' && !parseRecoveryCode(code)) return fail({ problem: 'factor_malformed' });
  const attempt = await takeFactorAttempt('second-factor', userId);
  const type = eventTypes[kind].failure;
  if (!attempt.ok) {
    await recordDenied({ type, reason: 'has_to_wait', subjectId: userId }, context);
    return fail({ problem: 'too_many_requests', seconds: attempt.error });
  }
  const checked = kind === 'otp' ? await checkTotp(userId, code) : await checkRecoveryCode(userId, code);
  if (checked.ok) return checked;
  if (checked.error === 'busy') {
    await giveBackFactorAttempt('second-factor', userId, attempt.value.attempts);
    return fail({ problem: 'busy' });
  }
  await record(db, { type, subjectId: userId }, context);
  return fail({ problem: 'factor_wrong' });
}

/**
 * Consumes a checked second factor, once, inside the transaction of what it is for, which holds the user's row: a rollback
 * keeps the code valid. Returns whether it was still unused.
 */
export async function consumeSecondFactor(
  tx: Db,
  { id, email }: { id: string; email: string },
  factor: CheckedFactor,
  context: RequestContext,
) {
  const consumed =
    factor.kind === 'otp' ? await consumeStep(tx, id, factor.step, 'confirmed') : await consumeCode(tx, id, factor.id);
  const type = eventTypes[factor.kind];
  if (!consumed) {
    await record(tx, { type: type.failure, subjectId: id }, context);
    return false;
  }
  await clearFactorAttempts(tx, 'second-factor', id);
  await record(tx, { type: type.success, ...byOwner(id) }, context);
  if (factor.kind === 'recovery-code') {
    const left = await countCodes(tx, id);
    await sendEmail(tx, recoveryCodeUsedEmail(email, left), { userId: id });
  }
  return true;
}

async function checkTotp(userId: string, code: string) {
  const totp = await findTotp(db, userId);
  const secret = totp?.confirmedAt ? await open('totp_secrets', userId, totp) : undefined;
  const step = secret && stepOf(secret, code);
  return step !== undefined && step > totp!.lastStep ? ok<CheckedFactor>({ kind: 'otp', step }) : fail('factor_wrong');
}

async function checkRecoveryCode(userId: string, code: string) {
  const parsed = parseRecoveryCode(code);
  const stored = parsed && (await findCode(db, userId, parsed.selector));
  const compared = await verifySecret(parsed?.secret ?? code, stored?.hash);
  if (!compared.ok) return compared;
  return compared.value.matches ? ok<CheckedFactor>({ kind: 'recovery-code', id: stored!.id }) : fail('factor_wrong');
}

/** Tells, inside a larger statement's transaction, whether a second factor must be asked of this user. */
export const hasTotp = async (tx: Db, userId: string) => Boolean((await findTotp(tx, userId))?.confirmedAt);

/** The origin of the second factor, for an authentication that it is part of. */
export const originOfSecondFactor = async (tx: Db, userId: string): Promise<Origin> =>
  (await findTotp(tx, userId)) ?? unheld;
