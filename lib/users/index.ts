import 'server-only';
import { randomBytes } from 'node:crypto';
import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import type { Requester } from '@/lib/requester';
import { fail, ok } from '@/lib/result';
import { countWaysIn, findUser, isLastAdministrator, listUserRows, setDisabled, setRole } from './queries';

export { emailAddress } from './email';
export { countAdministrators, findUser, findUserByEmail, insertUser, isLastAdministrator, lockUser } from './queries';

/** A new user's `user.id` for WebAuthn: 64 random bytes that say nothing about the person (WebAuthn §14.6.1). */
export const newUserHandle = () => new Uint8Array(randomBytes(64));

/** Everybody who has an account, disabled ones too, oldest first; at most a thousand. */
export const listUsers = () => listUserRows(db, 1000);

/** Somebody who is not disabled, by id. */
export const readUser = (id: string) => findUser(db, id);

/** Disables a member, which ends every session at once, or enables one again. */
export async function changeDisabled(userId: string, disabled: boolean, actorId: string, by: Requester) {
  return db.transaction(async (tx) => {
    if (!(await setDisabled(tx, userId, disabled ? new Date() : null))) return fail('not-found');
    const type = disabled ? 'admin.user-disabled' : 'admin.user-enabled';
    await record(tx, { type, actorId, subjectId: userId }, by);
    return ok(undefined);
  });
}

/** Makes somebody an administrator, or a member again; it holds from the next request on. One administrator stays. */
export async function changeRole(userId: string, role: 'member' | 'administrator', actorId: string, by: Requester) {
  return db.transaction(async (tx) => {
    if (role === 'member' && (await isLastAdministrator(tx, userId))) return fail('last_administrator');
    if (!(await setRole(tx, userId, role))) return fail('not-found');
    await record(tx, { type: 'admin.role-changed', reason: role, actorId, subjectId: userId }, by);
    return ok(undefined);
  });
}

/** Tells whether the user can still sign in without this one; call it with the user's row locked. */
export async function hasOtherWayIn(tx: Db, userId: string, without: 'passkey' | 'password') {
  const { passkeys, passwords } = await countWaysIn(tx, userId);
  return passkeys + passwords > 0 && (without === 'passkey' ? passkeys > 1 || passwords > 0 : passkeys > 0);
}
