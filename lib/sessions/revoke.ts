import { type Db, db } from '@/db';
import type { Actor } from '@/lib/actor';
import { type AuditEvent, record } from '@/lib/audit';
import { hashToken } from '@/lib/crypto';
import type { RequestContext } from '@/lib/request-context';
import { deleteLinks, renewStamp } from '@/lib/users';
import { deleteSession, deleteSessions, type SessionsOfUser } from './queries';

/** Who ends a session: an actor, or its owner by a link or a factor, in no session. */
type By = { by: Actor | 'owner' };

/**
 * Ends one session of a user inside the caller's transaction, with what may have been asked in it to be confirmed by mail,
 * and writes it down; returns it, or nothing where there is none.
 */
export async function revokeSession(
  tx: Db,
  { by, ...which }: { id: string; userId: string } & By,
  context: RequestContext,
) {
  const ended = await deleteSession(tx, which);
  if (!ended) return undefined;
  await deleteLinks(tx, ended.userId, { purpose: 'verify-email' });
  await record(tx, { ...revokedBy(by, ended.userId), sessionId: ended.id }, context);
  return ended;
}

/**
 * Ends the sessions of a user inside the caller's transaction: all, all but one, or those that began by a passkey or by a
 * recovery. Each has an event of its own; returns how many. Sign-ins under way end with them, and what they asked to be
 * confirmed by mail. The user's row is held (decision 0030).
 */
export async function revokeSessions(
  tx: Db,
  { by, reason, ...which }: SessionsOfUser & By & { reason?: string },
  context: RequestContext,
) {
  const { userId } = which;
  await renewStamp(tx, userId);
  await deleteLinks(tx, userId, { purpose: 'verify-email' });
  const ended = await deleteSessions(tx, which);
  const event = { ...revokedBy(by, userId), reason };
  for (const { id } of ended) await record(tx, { ...event, sessionId: id }, context);
  return ended.length;
}

/** Ends the session of a token, as whoever holds it asks for by signing out. Ending what has ended is no error. */
export async function signOut(token: string | undefined, context: RequestContext) {
  if (!token) return;
  await db.transaction(async (tx) => {
    const ended = await deleteSession(tx, { tokenHash: hashToken(token) });
    if (!ended) return;
    const { id: sessionId, userId } = ended;
    await record(tx, { type: 'auth.logout', actorId: userId, subjectId: userId, sessionId }, context);
  });
}

/** The event of an ended session: the session that it was ended in, or the API key, is a detail. */
function revokedBy(by: Actor | 'owner', subjectId: string): AuditEvent {
  const event = { type: 'session.revoked', subjectId } as const;
  if (by === 'owner') return { ...event, actorId: subjectId };
  if (by.kind === 'session') return { ...event, actorId: by.session.userId, by: { bySession: by.session.id } };
  return by.kind === 'key' ? { ...event, by: { apiKey: by.key.id } } : event;
}
