import { db } from '@/db';
import { record } from '@/lib/audit';
import { recoveredLetter, sendLetter } from '@/lib/mail';
import { consumeUserLink } from '@/lib/recovery';
import type { Requester } from '@/lib/requester';
import { fail, ok } from '@/lib/result';
import { isEnrolled } from '@/lib/second-factors';
import { renewStamp } from '@/lib/users';
import { awaitSecondFactor, beginSession, type SigningBrowser } from './begin';
import { oneFactor } from './policy';

/**
 * Gets back in with a link from the mailbox. It replaces one factor and never two: where two-step sign-in is on, its
 * code is asked as well (design: sign-in policy 4). What waits for a code at this moment ends at once, every other session
 * when this one begins, and the owner is told.
 */
export async function signInWithRecoveryLink(token: string, at: SigningBrowser, by: Requester) {
  const recovered = await db.transaction(async (tx) => {
    const link = await consumeUserLink(tx, 'recover', token);
    if (!link) {
      await record(tx, { type: 'recovery.failure', reason: 'link-expired' }, by);
      return fail('link-expired');
    }

    const { id: userId, email } = link.user;
    const person = { userId, email, stamp: (await renewStamp(tx, userId))! };
    const proven = { ...oneFactor('mail'), endsOtherSessions: true, returnTo: '/add-passkey?after=recovery' };
    await record(tx, { type: 'recovery.completed', actorId: userId, subjectId: userId }, by);
    const outcome = (await isEnrolled(tx, userId))
      ? await awaitSecondFactor(tx, person, proven, at)
      : await beginSession(tx, person, proven, at, by);
    return ok({ outcome, email });
  });
  if (!recovered.ok) return recovered;

  sendLetter(recoveredLetter(recovered.value.email));
  return ok(recovered.value.outcome);
}
