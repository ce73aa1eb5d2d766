import { z } from 'zod';
import { type Db, db } from '@/db';
import type { Actor } from '@/lib/actor';
import { type AuditEvent, byOwner, record } from '@/lib/audit';
import { hashToken } from '@/lib/crypto';
import { operation } from '@/lib/operation';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { rowId } from '@/lib/row-id';
import { deleteLinks, renewStamp } from '@/lib/users';
import { deleteSession, deleteSessions, type SessionsOfUser } from './queries';

/** Who ends a session: an actor, or its owner by a link or a factor, in no session. */
type EndedBy = { actor: Actor | 'owner' };

/**
 * Ends one session of a user inside the caller's transaction, with the pending confirmations by mail, and records it;
 * returns the session, or nothing where there is none.
 */
export async function revokeSession(
  tx: Db,
  { actor, ...which }: { id: string; userId: string } & EndedBy,
  context: RequestContext,
) {
  const ended = await deleteSession(tx, which);
  if (!ended) return undefined;
  await deleteLinks(tx, ended.userId, { purpose: 'verify-email' });
  await record(tx, { ...revokedBy(actor, ended.userId), sessionId: ended.id }, context);
  return ended;
}

/**
 * Ends the sessions of a user inside the caller's transaction: all, all but one, or those that began by a passkey or by a
 * recovery. Records an event for each and returns how many. Pending sign-ins and confirmations by mail end with them. The
 * user's row is held (decision 0030).
 */
export async function revokeSessions(
  tx: Db,
  { actor, reason, ...which }: SessionsOfUser & EndedBy & { reason?: string },
  context: RequestContext,
) {
  const { userId } = which;
  await renewStamp(tx, userId);
  await deleteLinks(tx, userId, { purpose: 'verify-email' });
  const ended = await deleteSessions(tx, which);
  const event = { ...revokedBy(actor, userId), reason };
  for (const { id } of ended) await record(tx, { ...event, sessionId: id }, context);
  return ended.length;
}

/** Ends the session of a token, at a sign-out. A session that has ended already is no error. */
export async function signOut(token: string | undefined, context: RequestContext) {
  if (!token) return;
  await db.transaction(async (tx) => {
    const ended = await deleteSession(tx, { tokenHash: hashToken(token) });
    if (!ended) return;
    const { id: sessionId, userId } = ended;
    await record(tx, { type: 'auth.logout', ...byOwner(userId), sessionId }, context);
  });
}

/** The event of an ended session: the session that it was ended in, or the API key, is a detail. */
function revokedBy(actor: Actor | 'owner', subjectId: string): AuditEvent {
  const event = { type: 'session.revoked', subjectId } as const;
  if (actor === 'owner') return { ...event, actorId: subjectId };
  if (actor.kind === 'session')
    return { ...event, actorId: actor.session.userId, means: { bySession: actor.session.id } };
  return actor.kind === 'key' ? { ...event, means: { apiKey: actor.key.id } } : event;
}

export const revokeOwnSession = operation({
  name: 'sessions.revoke',
  summary: 'Ends one of your own sessions.',
  access: 'recent-session',
  input: z.object({ id: rowId }),
  refusals: ['session_not_found'],
  run: async ({ id }, { tx, actor, session, context }) => {
    const ended = await revokeSession(tx, { id, userId: session.userId, actor }, context);
    return ended ? ok({}) : fail('session_not_found');
  },
});

export const revokeOtherSessions = operation({
  name: 'sessions.revoke_others',
  summary: 'Ends every session of yours but this one.',
  access: 'recent-session',
  output: z.object({ ended: z.int() }),
  run: async (_, { tx, actor, session: { id: exceptId, userId }, context }) => {
    return ok({ ended: await revokeSessions(tx, { userId, exceptId, actor }, context) });
  },
});
