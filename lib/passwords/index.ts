import 'server-only';
import { db } from '@/db';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import {
  addedOnHoldEmail,
  failedAttemptsEmail,
  passwordChangedEmail,
  passwordRemovedEmail,
  sendEmail,
} from '@/lib/mail';
import { hashSecret, verifySecret } from '@/lib/password-hash';
import { clearFactorAttempts, giveBackFactorAttempt, recordDenied, takeFactorAttempt } from '@/lib/rate-limits';
import { issueCancellation } from '@/lib/recovery';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { isHeld, lockOwner, mayChange, type Origin, passedOn, type Session } from '@/lib/sessions';
import { deleteLinks, hasOtherWayIn } from '@/lib/users';
import { deletePassword, findByEmail, findPassword, rehash, upsertPassword } from './queries';
import { checkNewPassword, normalizePassword, type PasswordProblem } from './rules';

export { type PasswordProblem, passwordSentences, SHORTEST_PASSWORD } from './rules';

/** The owner is told once when somebody fails this often in a row (requirement J9). */
const TELL_AFTER = 10;

type Owner = Origin & { id: string; email: string; name: string; disabledAt: Date | null; stamp: number };
export type PasswordRefusal = { reason: 'wrong' } | { reason: 'wait'; seconds: number } | { reason: 'busy' };

/**
 * Checks a password. Known and unknown addresses cost the same statements, the same hashing and the same counting; the
 * caller tells "wrong" and "disabled" apart from nothing.
 */
export async function checkPassword(
  email: string,
  password: string,
  context: RequestContext,
): Promise<Result<Owner, PasswordRefusal>> {
  const attempt = await takeFactorAttempt('password', email);
  if (!attempt.ok) {
    await recordDenied({ type: 'auth.password.failure', reason: 'has-to-wait' }, context);
    return fail({ reason: 'wait', seconds: attempt.error });
  }
  const user = await findByEmail(db, email);
  const kept = user?.hash ?? undefined;
  const compared = await verifySecret(normalizePassword(password), kept);
  if (!compared.ok) {
    await giveBackFactorAttempt('password', email, attempt.value.attempts);
    return fail({ reason: 'busy' });
  }

  if (!compared.value.matches || user?.disabledAt) {
    const reason = user?.disabledAt ? 'user-disabled' : kept ? 'wrong-password' : 'no-password';
    await db.transaction(async (tx) => {
      await record(tx, { type: 'auth.password.failure', reason, subjectId: user?.id }, context);
      if (attempt.value.attempts === TELL_AFTER)
        await sendEmail(tx, failedAttemptsEmail(email), { userId: user?.id ?? null, withheld: !kept });
    });
    return fail({ reason: 'wrong' });
  }
  await clearFactorAttempts(db, 'password', email);
  if (compared.value.outdated) {
    const renewed = await hashSecret(normalizePassword(password));
    if (renewed.ok) await rehash(db, user!.id, kept!, renewed.value);
  }
  return ok(user!);
}

/** When this user's password was set, and what it is held for, if there is one. */
export const findPasswordOf = async (userId: string) => {
  const { hash: _, ...kept } = (await findPassword(db, userId)) ?? {};
  return 'changedAt' in kept ? kept : undefined;
};

/**
 * Sets or changes the password of the signed-in user, ends failures counted so far and every link that was asked for
 * before, and tells the owner.
 */
export async function setPassword(
  password: string,
  session: Session,
  context: RequestContext,
): Promise<Result<undefined, PasswordProblem | 'busy' | 'session-ended'>> {
  const problem = checkNewPassword(password, [session.name, session.email, config.webauthn.rpName, 'latchkey']);
  if (problem) return fail(problem);
  const hashed = await hashSecret(normalizePassword(password));
  if (!hashed.ok) return hashed;

  const { userId, id: sessionId } = session;
  const origin = passedOn(session);
  return db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session-ended');
    await upsertPassword(tx, userId, hashed.value, origin);
    await deleteLinks(tx, userId);
    await clearFactorAttempts(tx, 'password', session.email);
    await record(tx, { type: 'password.changed', actorId: userId, subjectId: userId, sessionId }, context);
    const message = isHeld(origin)
      ? addedOnHoldEmail(
          session.email,
          'password',
          await issueCancellation(tx, { id: userId, email: session.email }, origin.recoveryId!),
        )
      : passwordChangedEmail(session.email);
    await sendEmail(tx, message, { userId });
    return ok(undefined);
  });
}

/**
 * Removes the password, unless it is the only way in or older than the recovery that this session is held for, and ends
 * every link that was asked for before.
 */
export async function removePassword(session: Session, context: RequestContext) {
  const { userId, id: sessionId } = session;
  return db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session-ended');
    if (!mayChange(session, await findPassword(tx, userId))) return fail('on_hold');
    if (!(await hasOtherWayIn(tx, userId, 'password'))) return fail('last_way_in');
    if (await deletePassword(tx, userId)) {
      await deleteLinks(tx, userId);
      await record(tx, { type: 'password.removed', actorId: userId, subjectId: userId, sessionId }, context);
      await sendEmail(tx, passwordRemovedEmail(session.email), { userId });
    }
    return ok(undefined);
  });
}
