import 'server-only';
import { randomBytes } from 'node:crypto';
import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { confirmAddress, countWaysIn, findUser, listUserRows } from './queries';

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
  setDisabled,
  setRole,
} from './queries';

/** A new user's `user.id` for WebAuthn: 64 random bytes that say nothing about the person (WebAuthn §14.6.1). */
export const newUserHandle = () => new Uint8Array(randomBytes(64));

/** Everybody who has an account, disabled ones too, oldest first; at most a thousand. */
export const listUsers = () => listUserRows(db, 1000);

/** Anybody as in the list, by id; disabled ones too. */
export const readListedUser = async (id: string) => (await listUserRows(db, 1, id))[0];

/** Somebody who is not disabled, by id. */
export const readUser = (id: string) => findUser(db, id);

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
