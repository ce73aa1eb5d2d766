import 'server-only';
import { cookies, headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { type Db, db } from '@/db';
import type { Session } from '@/lib/actor';
import { CLEARED_AT_SIGN_OUT, cookieName } from '@/lib/cookies';
import { hashToken, randomToken } from '@/lib/crypto';
import { recordDenied } from '@/lib/rate-limits';
import { describeBrowser, PATH_HEADER, pageRequestContext, type RequestContext } from '@/lib/request-context';
import { seeOther } from '@/lib/see-other';
import { lockUser } from '@/lib/users';
import { deniedTo } from './admission';
import { answerNextAuth as answer } from './next-auth';
import type { Origin } from './origin';
import { hasSession, listLive, rotateToken, type Strength } from './queries';
import { readSession } from './read';
import { authenticatedUntil } from './reauthentication';
import { signOut } from './revoke';

export type { Session } from '@/lib/actor';
export { deniedTo, whyRefused } from './admission';
export { authOptions } from './next-auth';
export { heldFor, isHeld, mayChange, type Origin, originOf, passedOn, unheld } from './origin';
export {
  endedSessions,
  heldUser,
  MOST_SESSIONS,
  type NewSession,
  purgeSessions,
  readDatabaseClock,
  startedSession,
  withinLimits,
} from './queries';
export { readSession } from './read';
export * from './reauthentication';
export * from './revoke';

/** The session of the page being rendered, if there is one; read once a request. */
export const findSession = cache(async () => readSession((await cookies()).get(cookieName('session'))?.value));

/** The session, or the visitor is sent to sign in and then back here. */
export async function requireSession() {
  const session = await findSession();
  if (session) return session;
  const path = (await headers()).get(PATH_HEADER) ?? '/account';
  seeOther(`/sign-in?return_to=${encodeURIComponent(path)}`);
}

/** An administrator's session; for everybody else who is signed in the page does not exist. */
export async function requireAdmin() {
  const session = await requireSession();
  if (session.role === 'administrator') return session;
  await recordDenied(deniedTo({ kind: 'session', session }, 'not_administrator'), await pageRequestContext());
  notFound();
}

/**
 * Holds the row of the user who asks for a change in this session, as `lockUser` does; nothing when the session has ended
 * since the request came in, so that nobody finishes in it what they have begun.
 */
export async function lockOwner(tx: Db, { id, userId }: Pick<Session, 'id' | 'userId'>, stamp?: number) {
  const user = await lockUser(tx, userId, stamp);
  return user && (await hasSession(tx, userId, id)) ? user : undefined;
}

/**
 * Stores a reauthentication in a session, with its origin, and gives the session a new token (requirement G2); returns
 * nothing if it has ended meanwhile.
 */
export async function renewSession(tx: Db, id: string, authentication: Strength & Origin) {
  const token = randomToken();
  const renewed = await rotateToken(tx, id, hashToken(token), authentication);
  return renewed && { token, validUntil: authenticatedUntil(renewed) };
}

/** The user's live sessions, the latest first; `isThisOne` marks the one that asks. */
export async function listSessions({ userId, id }: Session) {
  const rows = await listLive(db, userId);
  return rows.map(({ browser, ...row }) => ({ ...row, browser: describeBrowser(browser), isThisOne: row.id === id }));
}

/** Answers an address of next-auth's; a session that is ended there ends like any other, with its audit event. */
export async function answerNextAuth(request: Parameters<typeof answer>[0], context: RequestContext) {
  let ended = false;
  const response = await answer(request, async (token) => {
    ended = request.action === 'signout';
    await signOut(token, context);
  });
  if (ended) response.headers.set('clear-site-data', CLEARED_AT_SIGN_OUT);
  return response;
}
