import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '@/db';
import { knownBrowsers, passkeys, pendingSignIns, sessions, users } from '@/db/schema';
import { eventFrom } from '@/lib/audit';
import { config } from '@/lib/config';
import { type Proof, usedNow } from '@/lib/passkeys';
import type { Requester } from '@/lib/requester';

type Start = {
  proof: Proof;
  amr: string[];
  acr: string;
  tokenHash: string;
  endedTokenHash: string | null;
  browserHash: string;
};

/**
 * Everything that a good answer changes, in one statement and so in one transaction: the passkey's state, the new
 * session, the end of the browser's old one, the known browser and the audit events. Returns nothing when another
 * answer came first; `isNewBrowser` when the user has signed in before, but never from here.
 */
export async function startPasskeySession(
  db: Db,
  { proof, amr, acr, tokenHash, endedTokenHash, browserHash }: Start,
  by: Requester,
) {
  const { passkey, user } = proof;
  const used = usedNow(proof.signCount, proof.backupState);
  const event = { actorId: user.id, subjectId: user.id, passkeyId: passkey.id };
  const changedEvent = {
    ...event,
    type: 'passkey.backup-changed',
    reason: proof.backupState ? 'synced' : 'not-synced',
  } as const;
  const changed = sql`, changed as (${eventFrom(changedEvent, by, { from: sql`used` })})`;

  const started = await db.execute(sql`
    with used as (
      update ${passkeys} set ${used.values} where id = ${passkey.id}::uuid and ${used.stillRising}
        and exists (select from ${users} where id = ${user.id}::uuid and disabled_at is null) returning id
    ), ended as (
      delete from ${sessions} where token_hash = ${endedTokenHash}::text and exists (select from used)
    ), started as (
      insert into ${sessions} (token_hash, user_id, passkey_id, amr, acr, auth_time, address, browser, last_seen_at, ends_at)
      select ${tokenHash}::text, ${user.id}::uuid, id, string_to_array(${amr.join(' ')}::text, ' '), ${acr}::text, now(),
        ${by.address}::text, ${by.browser}::text, now(), now() + make_interval(secs => ${config.sessionMax}::int)
      from used returning id
    ), known as (${sql`insert into ${knownBrowsers} (user_id, browser_hash, last_seen_at)
      select ${user.id}::uuid, ${browserHash}::text, now() from started
      on conflict (user_id, browser_hash) do update set last_seen_at = now() returning (xmax = 0) as fresh`}
    ), told as (${eventFrom({ ...event, type: 'auth.passkey.success' }, by, { from: sql`started`, sessionId: sql`id` })})
    ${proof.backupState === passkey.backupState ? sql`` : changed}
    select started.id, known.fresh and exists (select from ${knownBrowsers} where user_id = ${user.id}::uuid) as "isNewBrowser"
    from started, known`);
  return rowsOf<{ id: string; isNewBrowser: boolean }>(started)[0];
}

/** Notes that this browser signed in; true when the user has others, but never had this one. */
export async function rememberBrowser(db: Db, userId: string, browserHash: string) {
  const noted = await db.execute(sql`
    with known as (
      insert into ${knownBrowsers} (user_id, browser_hash, last_seen_at) values (${userId}::uuid, ${browserHash}::text, now())
      on conflict (user_id, browser_hash) do update set last_seen_at = now() returning (xmax = 0) as fresh
    ) select fresh and exists (select from ${knownBrowsers} where user_id = ${userId}::uuid) as "isNew" from known`);
  return rowsOf<{ isNew: boolean }>(noted)[0]!.isNew;
}

export const insertPending = (db: Db, pending: typeof pendingSignIns.$inferInsert) =>
  db.insert(pendingSignIns).values(pending);

const live = (tokenHash: string, browserHash: string) =>
  and(
    eq(pendingSignIns.tokenHash, tokenHash),
    eq(pendingSignIns.browserHash, browserHash),
    gt(pendingSignIns.expiresAt, new Date()),
  );

export async function findPending(db: Db, tokenHash: string, browserHash: string) {
  const [found] = await db
    .select({
      userId: pendingSignIns.userId,
      passkeyId: pendingSignIns.passkeyId,
      confirmsUserVerification: pendingSignIns.confirmsUserVerification,
      endsOtherSessions: pendingSignIns.endsOtherSessions,
      amr: pendingSignIns.amr,
      acr: pendingSignIns.acr,
      returnTo: pendingSignIns.returnTo,
      email: users.email,
    })
    .from(pendingSignIns)
    .innerJoin(users, eq(users.id, pendingSignIns.userId))
    .where(and(live(tokenHash, browserHash), isNull(users.disabledAt)));
  return found;
}

/** Uses a waiting sign-in up: of two good second factors at once, one starts a session. */
export async function consumePending(db: Db, tokenHash: string, browserHash: string) {
  const [consumed] = await db
    .delete(pendingSignIns)
    .where(live(tokenHash, browserHash))
    .returning({ id: pendingSignIns.id });
  return consumed;
}

export const purgePending = (db: Db) => db.delete(pendingSignIns).where(lt(pendingSignIns.expiresAt, new Date()));

/** A second factor vouched for the user verification of this passkey; from now on it may count (WebAuthn §7.2 s24). */
export async function initializeUserVerification(db: Db, passkeyId: string) {
  const [changed] = await db
    .update(passkeys)
    .set({ uvInitialized: true })
    .where(and(eq(passkeys.id, passkeyId), eq(passkeys.uvInitialized, false), isNull(passkeys.removedAt)))
    .returning({ id: passkeys.id });
  return changed;
}

/** Tells whether a passkey that a waiting sign-in rests on is still there. */
export async function isPresent(db: Db, passkeyId: string) {
  const found = await db
    .select({ id: passkeys.id })
    .from(passkeys)
    .where(and(eq(passkeys.id, passkeyId), isNull(passkeys.removedAt)));
  return found.length > 0;
}
