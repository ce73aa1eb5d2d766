import { db } from '@/db';
import type { Session } from '@/lib/actor';
import { hashToken } from '@/lib/crypto';
import { fromNow, MINUTES } from '@/lib/time';
import { findLiveSession, touchSession } from './queries';

/** Use of a session is written down at most this often. */
export const TOUCH_INTERVAL = 1 * MINUTES;

/** The session that a cookie's token opens, which counts as used. A database that is away throws: nobody is signed out by it. */
export async function readSession(token: string | undefined): Promise<Session | undefined> {
  if (!token || token.length > 100) return undefined;
  const tokenHash = hashToken(token);
  const session = await findLiveSession(db, tokenHash);
  if (session && session.lastSeenAt <= fromNow(-TOUCH_INTERVAL)) await touchSession(db, tokenHash);
  return session;
}
