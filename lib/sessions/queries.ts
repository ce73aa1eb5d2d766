import { and, desc, eq, gt, inArray, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import { type Db, firstRow, prepared, rowsOf } from '@/db';
import { ago, purgeBefore } from '@/db/purge';
import { sessions, users } from '@/db/schema';
import type { Session } from '@/lib/actor';
import { config } from '@/lib/config';
import { fromNow } from '@/lib/time';
import type { Origin } from './origin';

const findLive = prepared<Record<'tokenHash' | 'now' | 'seenAfter', string>>()(({ tokenHash, now, seenAfter }, db) =>
  db
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
    .where(
      and(
        eq(sessions.tokenHash, tokenHash),
        gt(sessions.endsAt, sql`${now}::timestamptz`),
        gt(sessions.lastSeenAt, sql`${seenAfter}::timestamptz`),
        isNull(users.disabledAt),
      ),
    ),
);

/** The live session of a token with its user: within both limits, and nobody who is disabled. */
export async function findLiveSession(db: Db, tokenHash: string): Promise<Session | undefined> {
  const times = { now: fromNow(0).toISOString(), seenAfter: fromNow(-config.sessionIdle).toISOString() };
  return firstRow(await findLive(db, { tokenHash, ...times }));
}

/** The methods of an authentication (RFC 8176), and the class of their combination. */
export type Strength = { amr: string[]; acr: string };

const updateLastSeen = prepared<Record<'tokenHash' | 'now', string>>()(({ tokenHash, now }, db) =>
  db
    .update(sessions)
    .set({ lastSeenAt: sql`${now}::timestamptz` })
    .where(eq(sessions.tokenHash, tokenHash)),
);

export const touchSession = (db: Db, tokenHash: string) =>
  updateLastSeen(db, { tokenHash, now: fromNow(0).toISOString() });

/** Ends one session, by its token or as one of its user's; returns it. */
export async function deleteSession(db: Db, which: { tokenHash: string } | { id: string; userId: string }) {
  const [ended] = await db
    .delete(sessions)
    .where(
      'tokenHash' in which
        ? eq(sessions.tokenHash, which.tokenHash)
        : and(eq(sessions.id, which.id), eq(sessions.userId, which.userId)),
    )
    .returning({ id: sessions.id, userId: sessions.userId });
  return ended;
}

/** Sessions of a user: all but one, if that is named, or only those that a recovery or these passkeys began. */
export type SessionsOfUser = {
  userId: string;
  exceptId?: string;
  begunBy?: { recoveryId?: string; passkeyIds: string[] };
};

/** Ends sessions of a user; returns which. */
export const deleteSessions = (db: Db, { userId, exceptId, begunBy }: SessionsOfUser) =>
  db
    .delete(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        exceptId ? ne(sessions.id, exceptId) : undefined,
        begunBy &&
          or(
            inArray(sessions.passkeyId, begunBy.passkeyIds),
            begunBy.recoveryId ? eq(sessions.recoveryId, begunBy.recoveryId) : undefined,
          ),
      ),
    )
    .returning({ id: sessions.id });

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
 * The first part of the statement that writes a session, of whose user `input` has the `user_id` and the `stamp`: the user's
 * row, held, and only of somebody who is enabled and whose factors are still what they were.
 */
export const heldUser = sql`
  select id as user_id from ${users} where id = (select user_id from input) and disabled_at is null
    and security_stamp = (select stamp from input) for no key update`;

type InsertedSession = typeof sessions.$inferInsert;
type Required<Row> = { [Name in keyof Row]-?: undefined extends Row[Name] ? never : Name }[keyof Row];
type SessionColumns = Record<Required<InsertedSession>, SQL> & { [Name in keyof InsertedSession]?: SQL };

const sessionColumns: SessionColumns = {
  tokenHash: sql`token_hash`,
  userId: sql`input.user_id`,
  passkeyId: sql`passkey_id`,
  recoveryId: sql`recovery_id`,
  heldUntil: sql`held_until`,
  amr: sql`string_to_array(amr, ' ')`,
  acr: sql`acr`,
  authTime: sql`now()`,
  address: sql`address`,
  browser: sql`browser`,
  lastSeenAt: sql`now()`,
  endsAt: sql`now() + make_interval(secs => seconds)`,
};
const names = Object.keys(sessionColumns).map((name) => sql.identifier(toSnakeCase(name)));

/** The part that writes the session of `input`, where `admitted` has a row: the only place that fills its columns. */
export const startedSession = sql`
  insert into ${sessions} (${sql.join(names, sql`, `)})
  select ${sql.join(Object.values(sessionColumns), sql`, `)} from input where exists (select from admitted) returning id`;

/**
 * The parts that end what a new session replaces, where `admitted` has a row: the browser's session before, and of a user
 * with too many the ones that were not seen for the longest time. `ended` has them all, each with its owner and the reason.
 */
export const endedSessions = sql`
  replaced as (
    delete from ${sessions} where token_hash = (select ended_token_hash from input) and exists (select from admitted)
    returning id, user_id
  ), crowded_out as (
    delete from ${sessions} where id in (
      select id from ${sessions} where user_id = (select user_id from input)
        and token_hash is distinct from (select ended_token_hash from input)
      order by last_seen_at desc, id offset ${MOST_SESSIONS - 1}
    ) and exists (select from admitted) returning id, user_id
  ), ended as (
    select id, user_id, 'replaced' as reason from replaced
    union all select id, user_id, 'too_many' from crowded_out
  )`;

/** Stores a reauthentication and a new token in one statement; the old token is invalid from then on. */
export async function rotateToken(db: Db, id: string, tokenHash: string, { amr, acr, ...origin }: Strength & Origin) {
  const { recoveryId, heldUntil } = origin;
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

/** The time of the database, which all instances share and which dates authentications. */
export async function readDatabaseClock(db: Db) {
  const [{ ms }] = rowsOf<{ ms: number }>(
    await db.execute(sql`select floor(extract(epoch from now()) * 1000)::float8 as ms`),
  ) as [{ ms: number }];
  return ms;
}

export async function purgeSessions(db: Db) {
  await purgeBefore(db, sessions.endsAt, { at: ago(0) });
  await purgeBefore(db, sessions.lastSeenAt, { at: ago(config.sessionIdle) });
}

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
