import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import { type Db, firstRow, hasRows } from '@/db';
import { ago, purgeBefore } from '@/db/purge';
import { apiKeys, idempotentAnswers, sessions, users } from '@/db/schema';
import { type Permission, roles } from '@/lib/access';
import type { Session } from '@/lib/actor';
import { DAYS } from '@/lib/time';

/**
 * Holds a session until the transaction ends, so that it ends before what is done in it or after, never between. The row of
 * its user is held first (decision 0030): as everything does that changes an account, or with a permission only from being
 * deleted, where the user must still have a role that opens it. False once the session has ended or its user is disabled.
 */
export async function holdSession(tx: Db, { id, userId }: Pick<Session, 'id' | 'userId'>, permission?: Permission) {
  const isEnabledUser = and(eq(users.id, userId), isNull(users.disabledAt));
  const strength = permission ? 'key share' : 'no key update';
  const enabled = await tx.select({ id: users.id }).from(users).where(isEnabledUser).for(strength);
  if (!hasRows(enabled)) return false;
  return tx
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.id, id), isEnabledUser, permission && hasRoleFor(permission)))
    .for('key share', { of: sessions })
    .then(hasRows);
}

const hasRoleFor = (permission: Permission) =>
  inArray(
    users.role,
    (Object.keys(roles) as (keyof typeof roles)[]).filter((role) =>
      (roles[role] as readonly Permission[]).includes(permission),
    ),
  );

/** Holds an API key until the transaction ends; false once it was revoked or has expired. */
export function holdKey(tx: Db, id: string) {
  const live = and(eq(apiKeys.id, id), gt(apiKeys.expiresAt, sql`now()`));
  return tx.select({ id: apiKeys.id }).from(apiKeys).where(live).for('key share').then(hasRows);
}

type Claimed = { actor: string; key: string; request: string };

const isOf = ({ actor, key }: Claimed) => and(eq(idempotentAnswers.actor, actor), eq(idempotentAnswers.key, key));

/** Claims a key for this transaction, after any other that has it; false where one has answered already. */
export const claimAnswer = (tx: Db, claimed: Claimed) =>
  tx
    .insert(idempotentAnswers)
    .values(claimed)
    .onConflictDoNothing()
    .returning({ key: idempotentAnswers.key })
    .then(hasRows);

export const findAnswer = (tx: Db, claimed: Claimed) =>
  tx.select().from(idempotentAnswers).where(isOf(claimed)).then(firstRow);

export const storeAnswer = (tx: Db, claimed: Claimed, body: object) =>
  tx.update(idempotentAnswers).set({ body }).where(isOf(claimed));

export const releaseAnswer = (tx: Db, claimed: Claimed) => tx.delete(idempotentAnswers).where(isOf(claimed));

/** A sent creation may be sent again for a day. */
export const purgeIdempotentAnswers = (db: Db) => purgeBefore(db, idempotentAnswers.createdAt, { at: ago(1 * DAYS) });
