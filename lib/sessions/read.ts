import { db } from '@/db';
import type { Session } from '@/lib/actor';
import { hashToken } from '@/lib/crypto';
import { fromNow, MINUTES } from '@/lib/time';
import { findLiveSession, touchSession } from './queries';

/** The last use of a session is stored at most this often. */
export const TOUCH_INTERVAL = 1 * MINUTES;

/** The session of a cookie's token, marked as used. Throws where the database is unavailable, so that nobody is signed out by it. */
export async function readSession(token: string | undefined): Promise<Session | undefined> {
  if (!token || token.length > 100) return undefined;
  const tokenHash = hashToken(token);
  const session = await findLiveSession(db, tokenHash);
  if (session && session.lastSeenAt <= fromNow(-TOUCH_INTERVAL)) await touchSession(db, tokenHash);
  return session;
}
