import { type Access, permissionOf, roles, ruleOf } from '@/lib/access';
import type { Actor, Session } from '@/lib/actor';
import type { AuditEvent } from '@/lib/audit';
import type { Problem } from '@/lib/problems';
import { isHeld } from './origin';
import { isRecentlyAuthenticated, isStrong, lastAuthentication } from './reauthentication';

/** Why an actor is refused, by the table of `lib/access.ts`; nothing where they are admitted. */
export function whyRefused(access: Access, actor: Actor): Problem | undefined {
  const rule = ruleOf(access);
  const permission = permissionOf(access);
  if (actor.kind === 'session') {
    const { session } = actor;
    if (typeof rule.session === 'string') return rule.session;
    const opened: readonly string[] = roles[session.role];
    if (permission && !opened.includes(permission)) return 'not_administrator';
    return rule.session.map((check) => checks[check](session)).find((problem) => problem);
  }
  if (actor.kind === 'key' && rule.key === 'permission') {
    const granted: readonly string[] = actor.key.permissions;
    return permission && granted.includes(permission) ? undefined : 'forbidden';
  }
  const verdict = rule[actor.kind];
  return verdict === 'admitted' ? undefined : verdict === 'session_required' ? verdict : 'forbidden';
}

/** The audit event of a refused actor, for `recordDenied`. */
export const deniedTo = (actor: Actor, reason: Problem | 'address_not_allowed'): AuditEvent => ({
  type: 'authz.denied',
  reason,
  ...(actor.kind === 'session' && { actorId: actor.session.userId, sessionId: actor.session.id }),
  ...(actor.kind === 'key' && { means: { apiKey: actor.key.id } }),
});

const checks = {
  'not-held': (session: Session) => (isHeld(session) ? 'on_hold' : undefined),
  recent: (session: Session) => (isRecentlyAuthenticated(session) ? undefined : 'step_up_required'),
  strong: (session: Session) => (isStrong(lastAuthentication(session)) ? undefined : 'stronger_proof_required'),
} as const;
