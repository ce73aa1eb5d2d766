import { and, eq, gt, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '@/db';
import { ago, purgeWhere } from '@/db/purge';
import { knownBrowsers, passkeys, pendingSignIns, sessions, users } from '@/db/schema';
import { announce, eventFrom } from '@/lib/audit';
import { config } from '@/lib/config';
import { newBrowserEmailFrom } from '@/lib/mail';
import { usedNow, type VerifiedAssertion } from '@/lib/passkeys';
import type { RequestContext } from '@/lib/request-context';
import { crowdedOut, heldUser, sessionFrom } from '@/lib/sessions';

type Start = {
  proof: VerifiedAssertion;
  amr: string[];
  acr: string;
  tokenHash: string;
  endedTokenHash: string | null;
  browserHash: string;
};

/**
 * Everything that a good answer changes, in one statement and so in one transaction: the passkey's state, the new
 * session, the end of the browser's old one and of the oldest of too many, the known browser and the audit events.
 * Returns nothing when another answer came first, or the user has changed since theirs was checked; `isNewBrowser` when
 * they have signed in before, but never from here. The user's row is held before anything else (decision 0030).
 */
export async function startPasskeySession(
  db: Db,
  { proof, amr, acr, tokenHash, endedTokenHash, browserHash }: Start,
  context: RequestContext,
) {
  const { passkey, user } = proof;
  const { address, browser } = context;
  const used = usedNow(proof.signCount, proof.backupState);
  const { recoveryId, heldUntil } = passkey;
  const session = { passkeyId: passkey.id, recoveryId, heldUntil, amr, acr, address, browser };
  const event = { actorId: user.id, subjectId: user.id, passkeyId: passkey.id };
  const signedIn = { ...event, type: 'auth.passkey.success' } as const;
  const created = { ...event, type: 'session.created' } as const;
  const revoked = { ...event, passkeyId: null, type: 'session.revoked', reason: 'too-many' } as const;
  const reason = proof.backupState ? 'synced' : 'not-synced';
  const changed = { ...event, type: 'passkey.backup-changed', reason } as const;
  const tells = config.mail !== 'none';
  const hasChanged = proof.backupState !== passkey.backupState;
  const [sessionId, isOld] = [sql`id`, sql`token_hash is not distinct from ${endedTokenHash}::text`];

  const rows = await db.execute(sql`
    with held as (${heldUser({ userId: user.id, stamp: user.stamp })}
    ), used as (
      update ${passkeys} set ${used.values} from held
      where id = ${passkey.id}::uuid and ${passkeys}.user_id = held.user_id and ${used.stillRising}
      returning id as passkey_id, held.user_id
    ), ended as (
      delete from ${sessions} where token_hash = ${endedTokenHash}::text and exists (select from used)
    ), crowded as (
      delete from ${sessions} where id in (${crowdedOut(user.id, isOld)}) and exists (select from used) returning id
    ), started as (${sessionFrom(session, tokenHash, sql`used`)}
    ), known as (${insertKnown(user.id, browserHash, sql`started`)}
    ), forgotten as (${forgetOldest(user.id, browserHash)} and exists (select from used)
    ), signed_in as (${eventFrom(signedIn, context, { from: sql`started`, sessionId })} returning session_id
    ), created as (${eventFrom(created, context, { from: sql`signed_in`, sessionId: sql`session_id` })}
    ), revoked as (${eventFrom(revoked, context, { from: sql`crowded`, sessionId })}
    ), news as (
      select from known where known.fresh and exists (select from ${knownBrowsers} where user_id = ${user.id}::uuid)
    ) ${
      tells ? sql`, mailed as (${newBrowserEmailFrom({ email: user.email, browser, address }, sql`news`)})` : sql``
    } ${hasChanged ? sql`, changed as (${eventFrom(changed, context, { from: sql`used` })})` : sql``}
    select started.id, array(select id from crowded) as "crowdedOut", exists (select from news) as "isNewBrowser"
    from started, known`);
  const [started] = rowsOf<{ id: string; crowdedOut: string[]; isNewBrowser: boolean }>(rows);
  if (!started) return undefined;

  for (const one of [signedIn, created]) announce(db, { ...one, sessionId: started.id }, context);
  for (const sessionId of started.crowdedOut) announce(db, { ...revoked, sessionId }, context);
  if (hasChanged) announce(db, changed, context);
  return started;
}

/** A person's browsers are remembered up to this number; with one more the one that was not seen for the longest time is new again. */
const MOST_BROWSERS = 100;

const insertKnown = (userId: string, browserHash: string, from: SQL) => sql`
  insert into ${knownBrowsers} (user_id, browser_hash, last_seen_at)
  select ${userId}::uuid, ${browserHash}::text, now() from ${from}
  on conflict (user_id, browser_hash) do update set last_seen_at = now() returning (xmax = 0) as fresh`;

const forgetOldest = (userId: string, browserHash: string) => sql`
  delete from ${knownBrowsers} where user_id = ${userId}::uuid and browser_hash in (
    select browser_hash from ${knownBrowsers} where user_id = ${userId}::uuid and browser_hash <> ${browserHash}::text
    order by last_seen_at desc, browser_hash offset ${MOST_BROWSERS - 1}::int)`;

/** Notes that this browser signed in; true when the user has others, but never had this one. */
export async function rememberBrowser(db: Db, userId: string, browserHash: string) {
  const noted = await db.execute(sql`
    with known as (${insertKnown(userId, browserHash, sql`(select) as once`)}
    ), forgotten as (${forgetOldest(userId, browserHash)}
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
      stamp: pendingSignIns.securityStamp,
      passkeyId: pendingSignIns.passkeyId,
      confirmsUserVerification: pendingSignIns.confirmsUserVerification,
      endsOtherSessions: pendingSignIns.endsOtherSessions,
      amr: pendingSignIns.amr,
      acr: pendingSignIns.acr,
      returnTo: pendingSignIns.returnTo,
      recoveryId: pendingSignIns.recoveryId,
      heldUntil: pendingSignIns.heldUntil,
      email: users.email,
    })
    .from(pendingSignIns)
    .innerJoin(users, and(eq(users.id, pendingSignIns.userId), eq(users.securityStamp, pendingSignIns.securityStamp)))
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

export const purgePending = (db: Db) => purgeWhere(db, pendingSignIns, lt(pendingSignIns.expiresAt, ago(0)));

/** A second factor vouched for the user verification of this passkey; from now on it may count (WebAuthn §7.2 s24). */
export async function initializeUserVerification(db: Db, passkeyId: string) {
  const [changed] = await db
    .update(passkeys)
    .set({ uvInitialized: true })
    .where(and(eq(passkeys.id, passkeyId), eq(passkeys.uvInitialized, false), isNull(passkeys.removedAt)))
    .returning({ id: passkeys.id });
  return changed;
}
