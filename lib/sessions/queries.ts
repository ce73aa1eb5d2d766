import { and, desc, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '@/db';
import { ago, purgeWhere } from '@/db/purge';
import { sessions, users } from '@/db/schema';
import { config } from '@/lib/config';
import { fromNow } from '@/lib/time';
import type { Origin } from './origin';

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
      stamp: users.securityStamp,
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

/** A session to begin; `stamp` is the user's from when the factor was checked. */
export type NewSession = Strength &
  Origin & {
    userId: string;
    stamp: number;
    passkeyId?: string | null;
    address: string;
    browser: string;
  };

/** A person has at most this many sessions; with one more the one that was not seen for the longest time ends. */
export const MOST_SESSIONS = 100;

/**
 * The first part of every statement that writes a session: the user's row, held, and only of somebody who is enabled and
 * whose factors are still what they were.
 */
export const heldUser = ({ userId, stamp }: Pick<NewSession, 'userId' | 'stamp'>) => sql`
  select id as user_id from ${users}
  where id = ${userId}::uuid and disabled_at is null and security_stamp = ${stamp}::int for no key update`;

/** The part that writes the session, where `from` yields a row with that `user_id`. */
export const sessionFrom = (session: Omit<NewSession, 'userId' | 'stamp'>, tokenHash: string, from: SQL) => sql`
  insert into ${sessions} (token_hash, user_id, passkey_id, recovery_id, held_until,
    amr, acr, auth_time, address, browser, last_seen_at, ends_at)
  select ${tokenHash}::text, user_id, ${session.passkeyId ?? null}::uuid, ${session.recoveryId}::uuid,
    ${session.heldUntil?.toISOString() ?? null}::timestamptz,
    string_to_array(${session.amr.join(' ')}::text, ' '), ${session.acr}::text, now(), ${session.address}::text,
    ${session.browser}::text, now(), now() + make_interval(secs => ${config.sessionMax}::int)
  from ${from} returning id`;

/** Begins a session; returns nothing for somebody who is disabled or has changed since. */
export async function insertSession(db: Db, session: NewSession, tokenHash: string) {
  const inserted = await db.execute(
    sql`with held as (${heldUser(session)}) ${sessionFrom(session, tokenHash, sql`held`)}`,
  );
  return rowsOf<{ id: string }>(inserted)[0];
}

/** The sessions of a user that are too many beside the one that begins; `without` is one that ends anyway. */
export const crowdedOut = (userId: string, without: SQL) => sql`
  select id from ${sessions} where user_id = ${userId}::uuid and not ${without}
  order by last_seen_at desc, id offset ${MOST_SESSIONS - 1}::int`;

/** Ends what is too many beside this session; returns which. */
export async function deleteCrowdedOut(db: Db, userId: string, id: string) {
  const ended = await db.execute(
    sql`delete from ${sessions} where id in (${crowdedOut(userId, sql`id = ${id}::uuid`)}) returning id`,
  );
  return rowsOf<{ id: string }>(ended).map((row) => row.id);
}

/** Gives a session its fresh proof and a new token in one statement; the old token opens nothing from then on. */
export async function rotateToken(db: Db, id: string, tokenHash: string, { amr, acr, ...proof }: Strength & Origin) {
  const { recoveryId, heldUntil } = proof;
  const [rotated] = await db
    .update(sessions)
    .set({
      tokenHash,
      stepUpAt: sql`now()`,
      stepUpAmr: amr,
      stepUpAcr: acr,
      recoveryId,
      heldUntil,
      lastSeenAt: new Date(),
    })
    .where(eq(sessions.id, id))
    .returning({ authTime: sessions.authTime, stepUpAt: sessions.stepUpAt });
  return rotated;
}

/** What time it is by the clock that proofs are dated with: the database's, which all instances share. */
export async function readProofClock(db: Db) {
  const [{ ms }] = rowsOf<{ ms: number }>(
    await db.execute(sql`select floor(extract(epoch from now()) * 1000)::float8 as ms`),
  ) as [{ ms: number }];
  return ms;
}

/** Ends every session that a passkey made; returns how many. */
export async function deleteSessionsOf(db: Db, passkeyId: string) {
  return (await db.delete(sessions).where(eq(sessions.passkeyId, passkeyId)).returning({ id: sessions.id })).length;
}

export const purgeSessions = (db: Db) =>
  purgeWhere(db, sessions, or(lt(sessions.endsAt, ago(0)), lt(sessions.lastSeenAt, ago(config.sessionIdle))));

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

export const hasSession = async (db: Db, userId: string, id: string) =>
  (await db.$count(sessions, and(eq(sessions.id, id), eq(sessions.userId, userId)))) > 0;

export async function deleteOwned(db: Db, userId: string, id: string) {
  const [ended] = await db
    .delete(sessions)
    .where(and(eq(sessions.id, id), eq(sessions.userId, userId)))
    .returning({ id: sessions.id });
  return ended;
}
