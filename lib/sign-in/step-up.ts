import { db } from '@/db';
import { byOwner, record } from '@/lib/audit';
import { type AuthenticationCredential, checkAuthentication } from '@/lib/passkeys';
import { checkPassword } from '@/lib/passwords';
import type { Attempt } from '@/lib/rate-limits';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { checkSecondFactor, consumeSecondFactor, hasTotp, originOfSecondFactor } from '@/lib/second-factors';
import { lockOwner, originOf, renewSession, type Session, unheld } from '@/lib/sessions';
import { recordUse } from './passkey';
import { factsOf, oneFactor, withSecondFactor } from './policy';

type Answer = { challengeId: string; credential: AuthenticationCredential; browser: string; attempt: Attempt };

/**
 * Reauthentication in a session with one of the user's passkeys, counted as this attempt; the session gets a new token
 * (requirement G2). Where two-step sign-in is on, a passkey that counts as one factor is not enough: this form asks for no
 * second one (G9).
 */
export async function stepUp(answer: Answer, session: Session, context: RequestContext) {
  const { userId, id: sessionId } = session;
  const expected = { purpose: 'step-up', userId, sessionId, attempt: answer.attempt } as const;
  const assertion = await checkAuthentication(answer, expected, context);
  if (!assertion.ok) return assertion;

  return db.transaction(async (tx) => {
    const event = { ...byOwner(userId), passkeyId: assertion.value.passkey.id, sessionId };
    const facts = factsOf(assertion.value);
    const isEnough = facts.twoFactors || !assertion.value.hasSecondFactor;
    const isSame = await lockOwner(tx, session, assertion.value.user.stamp);
    const used = isSame && (await recordUse(tx, assertion.value, context, sessionId));
    const renewed =
      used && isEnough && (await renewSession(tx, sessionId, { ...facts, ...originOf(assertion.value.passkey) }));
    if (!renewed) {
      const reason = isEnough ? 'overtaken' : 'second_factor_needed';
      await record(tx, { ...event, type: 'auth.step-up.failure', reason }, context);
      return fail('authentication_failed');
    }
    await record(tx, { ...event, type: 'auth.step-up.success' }, context);
    return ok(renewed);
  });
}

/** The same with the password, and with a code where two-step sign-in is on: as strong as signing in (requirement G9). */
export async function stepUpWithPassword(
  { password, code }: { password: string; code?: string },
  session: Session,
  context: RequestContext,
) {
  const { userId, email, id: sessionId } = session;
  const asksCode = await hasTotp(db, userId);
  if (asksCode && !code) return fail({ problem: 'code_required' });
  const checked = await checkPassword(email, password, context);
  if (!checked.ok) return checked;
  const second = asksCode ? await checkSecondFactor(userId, code!, context) : undefined;
  if (second && !second.ok) return second;

  return db.transaction(async (tx) => {
    const user = await lockOwner(tx, session, checked.value.stamp);
    if (!user) return fail({ problem: 'factor_wrong' });
    const enrolled = await hasTotp(tx, userId);
    if (enrolled && !second) return fail({ problem: 'code_required' });
    if (enrolled && !(await consumeSecondFactor(tx, user, second!.value, context)))
      return fail({ problem: 'factor_wrong' });
    const authentication = enrolled ? withSecondFactor(oneFactor('password')) : oneFactor('password');
    const origin = originOf(checked.value, enrolled ? await originOfSecondFactor(tx, userId) : unheld);
    const renewed = (await renewSession(tx, sessionId, { ...authentication, ...origin }))!;
    await record(tx, { type: 'auth.step-up.success', reason: 'password', ...byOwner(userId), sessionId }, context);
    return ok(renewed);
  });
}
