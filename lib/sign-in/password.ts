import { db } from '@/db';
import { byOwner, record } from '@/lib/audit';
import { checkPassword } from '@/lib/passwords';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { hasTotp } from '@/lib/second-factors';
import { lockUser } from '@/lib/users';
import { type SigningBrowser, startHeldSession, startPendingSignIn } from './begin';
import { oneFactor } from './policy';

type Attempt = SigningBrowser & { email: string; password: string; returnTo?: string };

/**
 * Signs in with a password: one factor, so that a second is asked where one is enrolled (design: sign-in policy 3). Who
 * was disabled while it was compared, or has another password now, is not signed in.
 */
export async function signInWithPassword({ email, password, returnTo, ...at }: Attempt, context: RequestContext) {
  const checked = await checkPassword(email, password, context);
  if (!checked.ok) return checked;

  const { id: userId, stamp, recoveryId, heldUntil } = checked.value;
  const event = byOwner(userId);
  return db.transaction(async (tx) => {
    if (!(await lockUser(tx, userId, stamp))) {
      await record(tx, { ...event, type: 'auth.password.failure', reason: 'overtaken' }, context);
      return fail({ problem: 'factor_wrong' });
    }
    await record(tx, { ...event, type: 'auth.password.success' }, context);
    const person = { userId, email, stamp };
    const authentication = { ...oneFactor('password'), recoveryId, heldUntil, returnTo };
    return ok(
      (await hasTotp(tx, userId))
        ? await startPendingSignIn(tx, person, authentication, at)
        : await startHeldSession(tx, person, authentication, at, context),
    );
  });
}
