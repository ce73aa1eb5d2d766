import 'server-only';
import { randomBytes } from 'node:crypto';
import { db } from '@/db';
import { findListedUser, listUserPage } from './queries';

export { emailAddress } from './email';
export * from './queries';

/** A new user's `user.id` for WebAuthn: 64 random bytes that say nothing about the person (WebAuthn §14.6.1). */
export const newUserHandle = () => new Uint8Array(randomBytes(64));

/** Everybody who has an account, disabled ones too, oldest first; at most a thousand. */
export const listUsers = () => listUserPage(db, { limit: 1000 });

/** Anybody as in the list, by id; disabled ones too. */
export const readListedUser = (id: string) => findListedUser(db, id);

/**
 * Tells whether a recovery link may go to the user's address: it was confirmed, or the account is older than this rule.
 */
export const mayRecoverByMail = (user: { emailVerifiedAt: Date | null; recoversUnconfirmed: boolean }) =>
  user.emailVerifiedAt !== null || user.recoversUnconfirmed;
