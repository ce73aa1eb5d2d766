import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { Db } from '@/db';
import { apiKeys, sessions, users } from '@/db/schema';
import { type Permission, roles } from '@/lib/access';
import type { Session } from '@/lib/actor';

/**
 * Holds a session until the transaction ends, so that it ends before what is done in it or after, never between. Without a
 * permission the row of its user is held first, as everything does that changes an account; with one, the user must still
 * have a role that opens it. Returns nothing once the session has ended or its user is disabled.
 */
export async function holdSession(tx: Db, { id, userId }: Pick<Session, 'id' | 'userId'>, permission?: Permission) {
  if (!permission) {
    const own = and(eq(users.id, userId), isNull(users.disabledAt));
    const [user] = await tx.select({ id: users.id }).from(users).where(own).for('no key update');
    if (!user) return undefined;
  }
  const [held] = await tx
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(eq(sessions.id, id), eq(users.id, userId), isNull(users.disabledAt), permission && hasRoleFor(permission)),
    )
    .for('key share', { of: sessions });
  return held;
}

const hasRoleFor = (permission: Permission) =>
  inArray(
    users.role,
    (Object.keys(roles) as (keyof typeof roles)[]).filter((role) =>
      (roles[role] as readonly Permission[]).includes(permission),
    ),
  );

/** Holds an API key until the transaction ends; returns nothing once it was revoked or has expired. */
export async function holdKey(tx: Db, id: string) {
  const live = and(eq(apiKeys.id, id), gt(apiKeys.expiresAt, sql`now()`));
  const [held] = await tx.select({ id: apiKeys.id }).from(apiKeys).where(live).for('key share');
  return held;
}
