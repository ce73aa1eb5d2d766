import { db } from '@/db';
import { byOwner, record } from '@/lib/audit';
import { recoveredAtServerEmail, recoveredEmail, sendEmail } from '@/lib/mail';
import { consumeUserLink, issueCancellation } from '@/lib/recovery';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { hasTotp } from '@/lib/second-factors';
import { heldFor, unheld } from '@/lib/sessions';
import { renewStamp } from '@/lib/users';
import { type SigningBrowser, startHeldSession, startPendingSignIn } from './begin';
import { oneFactor } from './policy';

/**
 * Gets back in with a link from the mailbox. It replaces one factor and never two: where two-step sign-in is on, its
 * code is asked as well (design: sign-in policy 4). What waits for a code at this moment ends at once, every other session
 * when this one begins; what is added is held for a while, and the owner is told how to undo it. A link from the command
 * line of the machine asks for nothing more, and nothing is held.
 */
export async function signInWithRecoveryLink(token: string, at: SigningBrowser, context: RequestContext) {
  return db.transaction(async (tx) => {
    const link = await consumeUserLink(tx, 'recover', token);
    if (!link) {
      await record(tx, { type: 'recovery.failure', reason: 'link_expired' }, context);
      return fail('link_expired');
    }

    const { id: userId, email } = link.user;
    const person = { userId, email, stamp: (await renewStamp(tx, userId))! };
    const ways = { endsOtherSessions: true, returnTo: '/add-passkey?after=recovery' };
    const reason = link.breakGlass ? 'break_glass' : undefined;
    await record(tx, { type: 'recovery.completed', reason, ...byOwner(userId) }, context);
    if (link.breakGlass) {
      const authentication = { ...oneFactor('server-link'), ...unheld, ...ways };
      const outcome = await startHeldSession(tx, person, authentication, at, context);
      await sendEmail(tx, recoveredAtServerEmail(email), { userId });
      return ok(outcome);
    }
    const authentication = { ...oneFactor('mail-link'), ...heldFor(link.id), ...ways };
    const outcome = (await hasTotp(tx, userId))
      ? await startPendingSignIn(tx, person, authentication, at)
      : await startHeldSession(tx, person, authentication, at, context);
    await sendEmail(tx, recoveredEmail(email, await issueCancellation(tx, link.user, link.id)), { userId });
    return ok(outcome);
  });
}
