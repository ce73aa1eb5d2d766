import type { sessions, users } from '@/db/schema';
import type { KeyPermission } from './access';

/** A live session, with what is known of its user. */
export type Session = Omit<typeof sessions.$inferSelect, 'tokenHash' | 'address'> &
  Pick<typeof users.$inferSelect, 'email' | 'emailVerifiedAt' | 'name' | 'role'> & { stamp: number };

/** An API key that was presented, and what it was given. */
export type ApiKey = { id: string; name: string; permissions: readonly KeyPermission[] };

/** Who acts. `registration`: somebody without an account who has opened a registration link, and may register a passkey. */
export type Actor =
  | { kind: 'nobody' }
  | { kind: 'registration' }
  | { kind: 'session'; session: Session }
  | { kind: 'key'; key: ApiKey }
  | { kind: 'command' };

/** The session that somebody acts in, where only sessions are let in. */
export function sessionOf(actor: Actor) {
  if (actor.kind !== 'session') throw new Error('this takes a session');
  return actor.session;
}

/** Who acts, as an audit event names it. */
export function actedBy(actor: Actor) {
  if (actor.kind === 'session') return { actorId: actor.session.userId, sessionId: actor.session.id };
  return actor.kind === 'key' ? { means: { apiKey: actor.key.id } } : {};
}

/** The user who acts, if it is one. */
export const userIdOf = (actor: Actor) => (actor.kind === 'session' ? actor.session.userId : undefined);
