import { db } from '@/db';
import { record } from '@/lib/audit';
import { checkPassword } from '@/lib/passwords';
import type { Requester } from '@/lib/requester';
import { ok } from '@/lib/result';
import { isEnrolled } from '@/lib/second-factors';
import { proceed, type SigningBrowser } from './begin';
import { oneFactor } from './policy';

type Attempt = SigningBrowser & { email: string; password: string; returnTo?: string };

/** Signs in with a password: one factor, so that a second is asked where one is enrolled (design: sign-in policy 3). */
export async function signInWithPassword({ email, password, returnTo, ...at }: Attempt, by: Requester) {
  const checked = await checkPassword(email, password, by);
  if (!checked.ok) return checked;

  const { id: userId } = checked.value;
  await record(db, { type: 'auth.password.success', actorId: userId, subjectId: userId }, by);
  const person = { userId, email, hasSecondFactor: await isEnrolled(db, userId) };
  return ok(await proceed(person, { ...oneFactor('pwd'), returnTo }, at, by));
}
