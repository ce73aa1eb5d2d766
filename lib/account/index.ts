import 'server-only';
import { db } from '@/db';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import { randomToken } from '@/lib/crypto';
import {
  accountDeletedEmail,
  addressChangedEmail,
  addressChangingEmail,
  confirmAddressEmail,
  deleteFailedTo,
  sendEmail,
} from '@/lib/mail';
import { takeEmailAttempt } from '@/lib/rate-limits';
import { consumeUserLink, sendConfirmation, storeLink } from '@/lib/recovery';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { isHeld, lockOwner, type Session } from '@/lib/sessions';
import { findUserByEmail, isLastAdministrator } from '@/lib/users';
import { changeAddress, deleteUser, findProfile, readAccount, renameUser, updateRegion } from './queries';

const eventOf = ({ userId, id }: Session) => ({ actorId: userId, subjectId: userId, sessionId: id });

/** Changes what the signed-in user is called. */
export async function changeName(name: string, session: Session, context: RequestContext) {
  if (isHeld(session)) return fail('on_hold');
  return db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session-ended');
    await renameUser(tx, session.userId, name);
    await record(tx, { ...eventOf(session), type: 'profile.renamed' }, context);
    return ok(undefined);
  });
}

export type Profile = NonNullable<Awaited<ReturnType<typeof readProfile>>>;

/** What apps are told of the signed-in user beside the name. */
export const readProfile = ({ userId }: Session) => findProfile(db, userId);

/** Changes the language and the time zone that apps are told; nothing for either is told as nothing. */
export async function changeRegion(
  region: { locale: string | null; zoneinfo: string | null },
  session: Session,
  context: RequestContext,
) {
  if (isHeld(session)) return fail('on_hold');
  return db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session-ended');
    await updateRegion(tx, session.userId, region);
    await record(tx, { ...eventOf(session), type: 'profile.region-changed' }, context);
    return ok(undefined);
  });
}

/**
 * Asks the new address for its consent and tells the old one. The answer is the same when the new one already has an
 * account; then only the old one hears of it. One's own address is asked as well, where it was never confirmed.
 */
export async function requestAddressChange(email: string, session: Session, context: RequestContext) {
  if (email === session.email) return requestConfirmation(session, context);
  if (isHeld(session)) return fail('on_hold');
  if (config.mail === 'none') return fail('no-mail');
  if (!(await takeEmailAttempt(`verify-email ${session.userId}`, email, context)).ok) return fail('too-many-letters');
  const token = randomToken();
  const taken = await findUserByEmail(db, email);
  return db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session-ended');
    // Also where no letter will bring it to anybody: the same statements, so that their time does not tell.
    await storeLink(tx, 'verify-email', session.userId, email, token);
    const reason = taken ? 'address-taken' : undefined;
    await record(tx, { ...eventOf(session), type: 'email.change-requested', reason }, context);
    const message = confirmAddressEmail(email, `${config.publicUrl}/confirm-address/${token}`);
    await sendEmail(tx, message, { userId: session.userId, link: token, withheld: taken !== undefined });
    await sendEmail(tx, addressChangingEmail(session.email, email), { userId: session.userId });
    return ok(undefined);
  });
}

/** Sends a link that confirms the address that the user has. */
export async function requestConfirmation(session: Session, context: RequestContext) {
  if (config.mail === 'none') return fail('no-mail');
  if (!(await takeEmailAttempt(`verify-email ${session.userId}`, session.email, context)).ok)
    return fail('too-many-letters');
  return db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session-ended');
    await record(tx, { ...eventOf(session), type: 'email.change-requested' }, context);
    await sendConfirmation(tx, { id: session.userId, email: session.email });
    return ok(undefined);
  });
}

/** Makes the proven address the user's own; the link works once, and the old address is told. */
export async function confirmAddressChange(token: string, context: RequestContext) {
  return db.transaction(async (tx) => {
    const link = await consumeUserLink(tx, 'verify-email', token);
    if (!link) return fail('link-expired');
    const { id: userId, email: old } = link.user;
    if (!(await changeAddress(tx, userId, link.email))) return fail('link-expired');
    const type = old === link.email ? 'email.confirmed' : 'email.changed';
    await record(tx, { type, actorId: userId, subjectId: userId }, context);
    if (old !== link.email) await sendEmail(tx, addressChangedEmail(old, link.email), { userId });
    return ok({ old, email: link.email });
  });
}

/** Everything held about the signed-in user, as JSON without secrets (GDPR Art. 15 and 20). */
export async function exportAccount(session: Session, context: RequestContext) {
  return db.transaction(async (tx) => {
    await record(tx, { ...eventOf(session), type: 'export.created' }, context);
    return readAccount(tx, session.userId);
  });
}

/** Deletes the signed-in user with passkeys, sessions, codes and links. The last administrator has to stay. */
export async function deleteAccount(session: Session, context: RequestContext) {
  if (isHeld(session)) return fail('on_hold');
  return db.transaction(async (tx) => {
    if (await isLastAdministrator(tx, session.userId)) return fail('last_administrator');
    if (!(await lockOwner(tx, session))) return fail('session-ended');
    await record(tx, { ...eventOf(session), type: 'account.deleted' }, context);
    await deleteUser(tx, session.userId);
    await deleteFailedTo(tx, session.email);
    await sendEmail(tx, accountDeletedEmail(session.email), { userId: null });
    return ok(undefined);
  });
}
