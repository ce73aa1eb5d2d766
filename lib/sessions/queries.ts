import { and, desc, eq, gt, isNull, lt, ne, or } from 'drizzle-orm';
import type { Db } from '@/db';
import { sessions, users } from '@/db/schema';
import { config } from '@/lib/config';
import { fromNow } from '@/lib/time';

/** The live session of a token with its user: within both limits, and nobody who is disabled. */
export async function findLiveSession(db: Db, tokenHash: string) {
  const [found] = await db
    .select({
      id: sessions.id,
      userId: sessions.userId,
      passkeyId: sessions.passkeyId,
      amr: sessions.amr,
      acr: sessions.acr,
      authTime: sessions.authTime,
      stepUpAt: sessions.stepUpAt,
      stepUpAmr: sessions.stepUpAmr,
      stepUpAcr: sessions.stepUpAcr,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
      endsAt: sessions.endsAt,
      recoveryId: sessions.recoveryId,
      heldUntil: sessions.heldUntil,
      browser: sessions.browser,
      email: users.email,
      emailVerifiedAt: users.emailVerifiedAt,
      name: users.name,
      role: users.role,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.tokenHash, tokenHash), withinLimits(), isNull(users.disabledAt)));
  return found;
}

export type Session = NonNullable<Awaited<ReturnType<typeof findLiveSession>>>;

/** How somebody proved to be there: the methods (RFC 8176) and what they are worth together. */
export type Strength = { amr: string[]; acr: string };

export const touchSession = (db: Db, tokenHash: string) =>
  db.update(sessions).set({ lastSeenAt: new Date() }).where(eq(sessions.tokenHash, tokenHash));

export async function deleteSession(db: Db, tokenHash: string) {
  const [ended] = await db
    .delete(sessions)
    .where(eq(sessions.tokenHash, tokenHash))
    .returning({ id: sessions.id, userId: sessions.userId });
  return ended;
}

export type NewSession = Pick<
  typeof sessions.$inferInsert,
  'userId' | 'passkeyId' | 'amr' | 'acr' | 'address' | 'browser'
>;

export async function insertSession(db: Db, session: NewSession, tokenHash: string) {
  const now = new Date();
  const [inserted] = await db
    .insert(sessions)
    .values({ ...session, tokenHash, authTime: now, lastSeenAt: now, endsAt: fromNow(config.sessionMax) })
    .returning({ id: sessions.id });
  return inserted!;
}

/** Gives a session its fresh proof and a new token in one statement; the old token opens nothing from then on. */
export async function rotateToken(db: Db, id: string, tokenHash: string, { amr, acr }: Strength) {
  const [rotated] = await db
    .update(sessions)
    .set({ tokenHash, stepUpAt: new Date(), stepUpAmr: amr, stepUpAcr: acr, lastSeenAt: new Date() })
    .where(eq(sessions.id, id))
    .returning({ id: sessions.id });
  return rotated;
}

/** Ends every session that a passkey made; returns how many. */
export async function deleteSessionsOf(db: Db, passkeyId: string) {
  return (await db.delete(sessions).where(eq(sessions.passkeyId, passkeyId)).returning({ id: sessions.id })).length;
}

export const purgeSessions = (db: Db) =>
  db.delete(sessions).where(or(lt(sessions.endsAt, new Date()), lt(sessions.lastSeenAt, fromNow(-config.sessionIdle))));

/** Neither idle for too long nor too old. */
export const withinLimits = () =>
  and(gt(sessions.endsAt, new Date()), gt(sessions.lastSeenAt, fromNow(-config.sessionIdle)));

export const listLive = (db: Db, userId: string) =>
  db
    .select({
      id: sessions.id,
      address: sessions.address,
      browser: sessions.browser,
      amr: sessions.amr,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
      endsAt: sessions.endsAt,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), withinLimits()))
    .orderBy(desc(sessions.lastSeenAt));

export async function deleteOwned(db: Db, userId: string, id: string) {
  const [ended] = await db
    .delete(sessions)
    .where(and(eq(sessions.id, id), eq(sessions.userId, userId)))
    .returning({ id: sessions.id });
  return ended;
}

export async function deleteAllBut(db: Db, userId: string, keptId: string | undefined) {
  const others = keptId ? ne(sessions.id, keptId) : undefined;
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), others))
    .returning({ id: sessions.id });
  return ended.map(({ id }) => id);
}
