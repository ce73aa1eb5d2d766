import 'server-only';
import { randomBytes } from 'node:crypto';
import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import {
  confirmAddress,
  countWaysIn,
  deleteLinks,
  deleteSessionsOfUser,
  findUser,
  isLastAdministrator,
  listUserRows,
  lockUser,
  renewStamp,
  setDisabled,
  setRole,
} from './queries';

export { emailAddress } from './email';
export {
  countAdministrators,
  deleteLinks,
  findUser,
  findUserByEmail,
  insertUser,
  isLastAdministrator,
  lockAnyUser,
  lockUser,
  renewStamp,
} from './queries';

/** A new user's `user.id` for WebAuthn: 64 random bytes that say nothing about the person (WebAuthn §14.6.1). */
export const newUserHandle = () => new Uint8Array(randomBytes(64));

/** Everybody who has an account, disabled ones too, oldest first; at most a thousand. */
export const listUsers = () => listUserRows(db, 1000);

/** Anybody as in the list, by id; disabled ones too. */
export const readListedUser = async (id: string) => (await listUserRows(db, 1, id))[0];

/** Somebody who is not disabled, by id. */
export const readUser = (id: string) => findUser(db, id);

/** Disables a member, which ends every session and every open link at once, or enables one again. */
export async function changeDisabled(userId: string, disabled: boolean, actorId: string, context: RequestContext) {
  return db.transaction(async (tx) => {
    if (!(await setDisabled(tx, userId, disabled ? new Date() : null))) return fail('not-found');
    if (disabled) {
      await endSessionsOf(tx, { userId, actorId }, context);
      await deleteLinks(tx, userId, { fromCommandLine: true });
    }
    const type = disabled ? 'admin.user-disabled' : 'admin.user-enabled';
    await record(tx, { type, actorId, subjectId: userId }, context);
    return ok(undefined);
  });
}

type Ending = { userId: string; actorId: string; keptId?: string; reason?: string };

/**
 * Ends every session of a user but the one that is kept, inside the caller's transaction, each with an event of its own;
 * returns how many. What waits for a second factor ends with them, and what they asked to be confirmed by mail.
 */
export async function endSessionsOf(tx: Db, { userId, actorId, keptId, reason }: Ending, context: RequestContext) {
  await renewStamp(tx, userId);
  await deleteLinks(tx, userId, { purpose: 'verify-email' });
  const ended = await deleteSessionsOfUser(tx, userId, keptId);
  for (const sessionId of ended)
    await record(tx, { type: 'session.revoked', reason, actorId, subjectId: userId, sessionId }, context);
  return ended.length;
}

/**
 * Makes somebody an administrator, or a member again; one administrator stays. Their sessions end with it (requirement
 * G2), and none that is beginning lasts beyond it.
 */
export async function changeRole(
  userId: string,
  role: 'member' | 'administrator',
  actorId: string,
  context: RequestContext,
) {
  return db.transaction(async (tx) => {
    if (role === 'member' && (await isLastAdministrator(tx, userId))) return fail('last_administrator');
    if (!(await lockUser(tx, userId))) return fail('not-found');
    await setRole(tx, userId, role);
    await endSessionsOf(tx, { userId, actorId }, context);
    await record(tx, { type: 'admin.role-changed', reason: role, actorId, subjectId: userId }, context);
    return ok(undefined);
  });
}

/**
 * Confirms an address on an administrator's word. One's own is confirmed by a link, wherever a letter can bring one.
 */
export async function vouchForAddress(user: { id: string; email: string }, actorId: string, context: RequestContext) {
  if (user.id === actorId && config.mail !== 'none') return fail('own_address');
  return db.transaction(async (tx) => {
    if (!(await confirmAddress(tx, user.id, user.email))) return fail('not_found');
    await record(tx, { type: 'admin.address-vouched', actorId, subjectId: user.id }, context);
    return ok(undefined);
  });
}

/**
 * Tells whether a recovery link may go to the user's address: it was confirmed, or the account is older than this rule.
 */
export const mayRecoverByMail = (user: { emailVerifiedAt: Date | null; recoversUnconfirmed: boolean }) =>
  user.emailVerifiedAt !== null || user.recoversUnconfirmed;

/** Tells whether the user can still sign in without this one; call it with the user's row locked. */
export async function hasOtherWayIn(tx: Db, userId: string, without: 'passkey' | 'password') {
  const { passkeys, passwords } = await countWaysIn(tx, userId);
  return passkeys + passwords > 0 && (without === 'passkey' ? passkeys > 1 || passwords > 0 : passkeys > 0);
}
