import { z } from 'zod';
import { type Db, db } from '@/db';
import { byOwner, record } from '@/lib/audit';
import { config } from '@/lib/config';
import { hashToken, randomToken } from '@/lib/crypto';
import { addedOnHoldEmail, type Message, recoveryCancelledEmail, sendEmail } from '@/lib/mail';
import { operation } from '@/lib/operation';
import { clearFactorAttempts } from '@/lib/rate-limits';
import { fail, ok } from '@/lib/result';
import { isHeld, type Origin, revokeSessions } from '@/lib/sessions';
import { DAYS, fromNow } from '@/lib/time';
import { deleteLinks, lockUser } from '@/lib/users';
import { consumeLink, findLink, insertLink, listCameBy, removeCameBy } from './queries';

/** How long what a recovery led to can be undone by the link in its e-mails. */
const CANCELLABLE = 7 * DAYS;

/** Makes a link that undoes a recovery, inside the caller's transaction; every e-mail about it has one of its own. */
export async function issueCancellation(tx: Db, user: { id: string; email: string }, recoveryId: string) {
  const token = randomToken();
  const link = { userId: user.id, email: user.email, recoveryId, tokenHash: hashToken(token) };
  await insertLink(tx, { ...link, purpose: 'cancel-recovery', expiresAt: fromNow(CANCELLABLE) });
  return `${config.publicUrl}/cancel-recovery/${token}`;
}

type Added = { what: Parameters<typeof addedOnHoldEmail>[1]; origin: Origin; message: Message };

/** Tells the owner what was added to the account: by this message, or where it is held by one that can undo it. */
export async function notifyOfAdded(tx: Db, user: { id: string; email: string }, { what, origin, message }: Added) {
  const sent = isHeld(origin)
    ? addedOnHoldEmail(user.email, what, await issueCancellation(tx, user, origin.recoveryId!))
    : message;
  await sendEmail(tx, sent, { userId: user.id });
}

/** What the link of an e-mail would undo, if it is valid; it is not consumed. */
export async function findCancellation(token: string) {
  const link = token.length <= 100 ? await findLink(db, 'cancel-recovery', hashToken(token)) : undefined;
  if (!link?.recoveryId) return undefined;
  return { email: link.currentEmail, ...(await listCameBy(db, link.userId, link.recoveryId)) };
}

/**
 * Undoes a recovery: every factor that was added by it goes, with the sessions and the waiting sign-ins that came from it
 * or from them. Whoever opens the link need not be signed in, and it works once.
 */
export const cancelRecovery = operation({
  name: 'recovery.cancel',
  summary: 'Undoes what came of a recovery link.',
  access: 'anyone',
  limit: 'recovery',
  input: z.object({ token: z.string().min(1).max(100) }),
  refusals: ['cancel_link_expired'],
  run: async ({ token }, { tx, context }) => {
    const tokenHash = hashToken(token);
    const link = await findLink(tx, 'cancel-recovery', tokenHash);
    const user = link && (await lockUser(tx, link.userId));
    const consumed = user && (await consumeLink(tx, 'cancel-recovery', tokenHash));
    if (!user || !consumed?.recoveryId) {
      await record(tx, { type: 'recovery.failure', reason: 'cancel_link_expired', subjectId: link?.userId }, context);
      return fail('cancel_link_expired');
    }

    const event = byOwner(user.id);
    await deleteLinks(tx, user.id);
    const removed = await removeCameBy(tx, user.id, consumed.recoveryId);
    for (const passkeyId of removed.passkeys)
      await record(tx, { ...event, type: 'passkey.delete', passkeyId }, context);
    if (removed.password) await record(tx, { ...event, type: 'password.removed' }, context);
    if (removed.totp) {
      await clearFactorAttempts(tx, 'second-factor', user.id);
      await record(tx, { ...event, type: 'totp.disabled' }, context);
    }
    const begunBy = { recoveryId: consumed.recoveryId, passkeyIds: removed.passkeys };
    await revokeSessions(tx, { userId: user.id, begunBy, actor: 'owner', reason: 'recovery_cancelled' }, context);
    await record(tx, { ...event, type: 'recovery.cancelled' }, context);
    await sendEmail(tx, recoveryCancelledEmail(user.email), { userId: user.id });
    return ok({});
  },
});
