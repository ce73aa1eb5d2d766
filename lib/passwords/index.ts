import 'server-only';
import { db } from '@/db';
import { record } from '@/lib/audit';
import { failedAttemptsEmail, sendEmail } from '@/lib/mail';
import { hashSecret, verifySecret } from '@/lib/password-hash';
import type { FactorRefusal } from '@/lib/problems';
import { clearFactorAttempts, giveBackFactorAttempt, recordDenied, takeFactorAttempt } from '@/lib/rate-limits';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import type { Origin } from '@/lib/sessions';
import { findByEmail, rehash } from './queries';
import { normalizePassword } from './rules';

export { removePassword, setPassword } from './operations';
export { SHORTEST_PASSWORD } from './rules';

/** After this many failures in a row the owner is notified, once (requirement J9). */
const TELL_AFTER = 10;

type Owner = Origin & { id: string; email: string; name: string; disabledAt: Date | null; stamp: number };

/**
 * Checks a password. Known and unknown addresses cost the same statements, the same hashing and the same counting; the
 * caller tells "wrong" and "disabled" apart from nothing.
 */
export async function checkPassword(
  email: string,
  password: string,
  context: RequestContext,
): Promise<Result<Owner, FactorRefusal>> {
  const attempt = await takeFactorAttempt('password', email);
  if (!attempt.ok) {
    await recordDenied({ type: 'auth.password.failure', reason: 'has_to_wait' }, context);
    return fail({ problem: 'too_many_requests', seconds: attempt.error });
  }
  const user = await findByEmail(db, email);
  const storedHash = user?.hash ?? undefined;
  const compared = await verifySecret(normalizePassword(password), storedHash);
  if (!compared.ok) {
    await giveBackFactorAttempt('password', email, attempt.value.attempts);
    return fail({ problem: 'busy' });
  }

  if (!compared.value.matches || user?.disabledAt) {
    const reason = user?.disabledAt ? 'user_disabled' : storedHash ? 'wrong_password' : 'no_password';
    await db.transaction(async (tx) => {
      await record(tx, { type: 'auth.password.failure', reason, subjectId: user?.id }, context);
      if (attempt.value.attempts === TELL_AFTER)
        await sendEmail(tx, failedAttemptsEmail(email), { userId: user?.id ?? null, withheld: !storedHash });
    });
    return fail({ problem: 'factor_wrong' });
  }
  await clearFactorAttempts(db, 'password', email);
  if (compared.value.outdated) {
    const renewed = await hashSecret(normalizePassword(password));
    if (renewed.ok) await rehash(db, user!.id, storedHash!, renewed.value);
  }
  return ok(user!);
}
