import { and, eq, gt, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '@/db';
import { ago, purgeWhere } from '@/db/purge';
import { knownBrowsers, passkeys, pendingSignIns, users } from '@/db/schema';
import { announce, eventFrom } from '@/lib/audit';
import { config } from '@/lib/config';
import { newBrowserEmailFrom } from '@/lib/mail';
import { usedNow, type VerifiedAssertion } from '@/lib/passkeys';
import type { RequestContext } from '@/lib/request-context';
import { endedFor, heldUser, type NewSession, sessionFrom } from '@/lib/sessions';

/** A session to start after a complete authentication; `assertion` is a use of a passkey that is not stored yet. */
type SessionStart = {
  session: NewSession;
  email: string;
  assertion?: VerifiedAssertion;
  tokenHash: string;
  endedTokenHash: string | null;
  browserHash: string;
};

/**
 * The one writer of sessions. Everything that a sign-in changes is in one statement and so in one transaction: the
 * passkey's state, the new session, the end of the browser's old one and of the oldest of too many, the known browser, the
 * e-mail about it and the audit events. Returns nothing when another answer came first, or the user has changed since their
 * factors were checked; `isNewBrowser` when they have signed in before, but never from here. The user's row is held before
 * anything else (decision 0030).
 */
export async function insertSession(
  db: Db,
  { session, email, assertion, tokenHash, endedTokenHash, browserHash }: SessionStart,
  context: RequestContext,
) {
  const { userId, passkeyId, address, browser } = session;
  const event = { actorId: userId, subjectId: userId, passkeyId };
  const signedIn = { ...event, type: 'auth.passkey.success' } as const;
  const created = { ...event, type: 'session.created' } as const;
  const revoked = { actorId: userId, type: 'session.revoked' } as const;
  const reason = assertion?.backupState ? 'synced' : 'not_synced';
  const changed = { ...event, type: 'passkey.backup-changed', reason } as const;
  const tells = config.mail !== 'none';
  const hasChanged = assertion !== undefined && assertion.backupState !== assertion.passkey.backupState;
  const sessionId = sql`id`;
  const ofEnded = { from: sql`ended`, sessionId, subjectId: sql`user_id`, reason: sql`reason` };
  const admitted = assertion ? markedUsed(assertion) : sql`select user_id from held`;
  const begun = assertion
    ? sql`${eventFrom(signedIn, context, { from: sql`started`, sessionId })} returning session_id as id`
    : sql`select id from started`;

  const rows = await db.execute(sql`
    with held as (${heldUser(session)}
    ), admitted as (${admitted}
    ), ${endedFor(userId, endedTokenHash, sql`admitted`)}, started as (${sessionFrom(session, tokenHash, sql`admitted`)}
    ), known as (${insertKnown(userId, browserHash, sql`started`)}
    ), forgotten as (${forgetOldest(userId, browserHash)} and exists (select from admitted)
    ), begun as (${begun}
    ), created as (${eventFrom(created, context, { from: sql`begun`, sessionId })}
    ), revoked as (${eventFrom(revoked, context, ofEnded)}
    ), news as (
      select from known where known.fresh and exists (select from ${knownBrowsers} where user_id = ${userId}::uuid)
    ) ${tells ? sql`, mailed as (${newBrowserEmailFrom({ userId, email, browser, address }, sql`news`)})` : sql``}
    ${hasChanged ? sql`, changed as (${eventFrom(changed, context, { from: sql`admitted` })})` : sql``}
    select started.id, exists (select from news) as "isNewBrowser", (
      select coalesce(json_agg(json_build_object('sessionId', id, 'subjectId', user_id, 'reason', reason)), '[]') from ended
    ) as ended from started, known`);
  const [started] = rowsOf<Started>(rows);
  if (!started) return undefined;

  const events = assertion ? [signedIn, created] : [created];
  for (const each of events) announce(db, { ...each, sessionId: started.id }, context);
  for (const each of started.ended) announce(db, { ...revoked, ...each }, context);
  if (hasChanged) announce(db, changed, context);
  return started;
}

type Started = {
  id: string;
  isNewBrowser: boolean;
  ended: { sessionId: string; subjectId: string; reason: string }[];
};

/** The part that stores a use of the passkey, unless another use came first. */
function markedUsed({ passkey, signCount, backupState }: VerifiedAssertion) {
  const used = usedNow(signCount, backupState);
  return sql`
    update ${passkeys} set ${used.values} from held
    where id = ${passkey.id}::uuid and ${passkeys}.user_id = held.user_id and ${used.stillRising}
    returning id as passkey_id, held.user_id`;
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

export const insertPending = (db: Db, pending: typeof pendingSignIns.$inferInsert) =>
  db.insert(pendingSignIns).values(pending);

const live = (tokenHash: string, browserHash: string) =>
  and(
    eq(pendingSignIns.tokenHash, tokenHash),
    eq(pendingSignIns.browserHash, browserHash),
    gt(pendingSignIns.expiresAt, new Date()),
  );

export async function findPending(db: Db, tokenHash: string, browserHash: string) {
  const [pending] = await db
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
  return pending;
}

/** Consumes a pending sign-in: of two valid second factors at once, one starts a session. */
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
