import { and, eq, gt, isNull, type Placeholder, type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import { type Db, firstRow, prepared } from '@/db';
import { ago, purgeBefore } from '@/db/purge';
import { knownBrowsers, passkeys, pendingSignIns, users } from '@/db/schema';
import { announce, eventFrom } from '@/lib/audit';
import { config } from '@/lib/config';
import { newBrowserEmailFrom } from '@/lib/mail';
import { usedNow, type VerifiedAssertion } from '@/lib/passkeys';
import type { RequestContext } from '@/lib/request-context';
import { endedSessions, heldUser, type NewSession, startedSession } from '@/lib/sessions';

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
export async function insertSession(db: Db, start: SessionStart, context: RequestContext) {
  const { session, assertion } = start;
  const { userId, passkeyId } = session;
  const startedBy = assertion ? startedByAssertion : startedByOtherFactors;
  const started = firstRow(await startedBy(db, valuesOf(start, context)));
  if (!started) return undefined;

  const event = { actorId: userId, subjectId: userId, passkeyId };
  const created = { ...event, sessionId: started.id };
  if (assertion) announce(db, { ...created, type: 'auth.passkey.success' }, context);
  announce(db, { ...created, type: 'session.created' }, context);
  for (const ended of started.ended) announce(db, { actorId: userId, ...ended, type: 'session.revoked' }, context);
  if (changesBackup(assertion))
    announce(db, { ...event, reason: backupReason(assertion), type: 'passkey.backup-changed' }, context);
  return started;
}

type Started = {
  id: string;
  isNewBrowser: boolean;
  ended: { sessionId: string; subjectId: string; reason: string }[];
};

const changesBackup = (assertion?: VerifiedAssertion) =>
  assertion !== undefined && assertion.backupState !== assertion.passkey.backupState;

const backupReason = (assertion?: VerifiedAssertion) => (assertion?.backupState ? 'synced' : 'not_synced');

/** The values of a sign-in, whose statement has them in the one row of `input`. */
function valuesOf(
  { session, assertion, ...start }: SessionStart,
  { requestId }: RequestContext,
): Record<keyof typeof inputTypes, unknown> {
  const { recoveryId, heldUntil, amr, passkeyId = null, ...given } = session;
  const { signCount = null, backupState = null } = assertion ?? {};
  return {
    ...start,
    ...given,
    passkeyId,
    credentialId: assertion?.passkey.credentialId ?? null,
    signCount,
    backupState,
    changesBackup: changesBackup(assertion),
    backupReason: backupReason(assertion),
    recoveryId,
    heldUntil: heldUntil?.toISOString() ?? null,
    amr: amr.join(' '),
    seconds: config.sessionMax,
    requestId,
    sendsMail: config.mail !== 'none',
  };
}

const inputTypes = {
  userId: 'uuid',
  stamp: 'int',
  email: 'text',
  passkeyId: 'uuid',
  credentialId: 'text',
  signCount: 'bigint',
  backupState: 'boolean',
  changesBackup: 'boolean',
  backupReason: 'text',
  recoveryId: 'uuid',
  heldUntil: 'timestamptz',
  amr: 'text',
  acr: 'text',
  seconds: 'int',
  tokenHash: 'text',
  endedTokenHash: 'text',
  browserHash: 'text',
  address: 'text',
  browser: 'text',
  requestId: 'text',
  sendsMail: 'boolean',
} as const;

const inputRow = (value: Record<string, Placeholder>) =>
  sql.join(
    Object.entries(inputTypes).map(
      ([name, type]) => sql`${value[name]}::${sql.raw(type)} as ${sql.identifier(toSnakeCase(name))}`,
    ),
    sql`, `,
  );

/** What a session starts with. The event of a passkey stands before that of the session. */
const starting = (admitted: SQL, begun: SQL) =>
  prepared<Record<keyof typeof inputTypes, unknown>>()(
    (value) => sql<Started>`
    with input as (select ${inputRow(value)}
    ), held as (${heldUser}
    ), admitted as (${admitted}
    ), ${endedSessions}, started as (${startedSession}
    ), seen as (${touchKnown}
    ), known as (${insertKnown}
    ), forgotten as (${forgetOldest}
    ), begun as (${begun}
    ), created as (${eventFrom('session.created', { ...ofUser, sessionId: sql`id`, from: sql`begun` })}
    ), revoked as (${eventFrom('session.revoked', ofEnded)}
    ), news as (
      select from known where (
        select true from ${knownBrowsers} where ${knownBrowsers}.user_id = known.user_id limit 1
      )
    ), mailed as (${newBrowserEmailFrom(sql`news`)} where sends_mail
    ), changed as (${eventFrom('passkey.backup-changed', ofBackup)} where changes_backup
    )
    select started.id, exists (select from news) as "isNewBrowser", (
      select coalesce(json_agg(json_build_object('sessionId', id, 'subjectId', user_id, 'reason', reason)), '[]') from ended
    ) as ended from started`,
  );

const ofUser = { actorId: sql`input.user_id`, subjectId: sql`input.user_id`, passkeyId: sql`input.passkey_id` };
const ofEnded = {
  actorId: sql`input.user_id`,
  subjectId: sql`ended.user_id`,
  sessionId: sql`id`,
  reason: sql`reason`,
  from: sql`ended`,
};
const ofBackup = {
  ...ofUser,
  reason: sql`backup_reason`,
  from: sql`admitted`,
};

/** A person's browsers are remembered up to this number; with one more the one that was not seen for the longest time is new again. */
const MOST_BROWSERS = 100;

/** Nearly every browser is known: it is looked for once, and only a new one is written, and makes room for itself. */
const touchKnown = sql`
  update ${knownBrowsers} set last_seen_at = now() from input where ${knownBrowsers}.user_id = input.user_id
    and ${knownBrowsers}.browser_hash = input.browser_hash and exists (select from started) returning ${knownBrowsers}.user_id`;

const insertKnown = sql`
  insert into ${knownBrowsers} (user_id, browser_hash, last_seen_at)
  select user_id, browser_hash, now() from input where exists (select from started) and not exists (select from seen)
  on conflict do nothing returning user_id`;

const forgetOldest = sql`
  delete from ${knownBrowsers} where user_id = (select user_id from input) and browser_hash in (
    select browser_hash from ${knownBrowsers} where user_id = (select user_id from input)
      and browser_hash <> (select browser_hash from input)
    order by last_seen_at desc, browser_hash offset ${MOST_BROWSERS - 1}
  ) and exists (select from known)`;

const used = usedNow(sql`input.sign_count`, sql`input.backup_state`);

/** After an assertion: its use is stored, unless another use came first. */
const startedByAssertion = starting(
  sql`
    update ${passkeys} set ${used.values} from held, input
    where ${passkeys}.credential_id = (select credential_id from input) and ${passkeys}.user_id = held.user_id and ${used.stillRising}
    returning held.user_id`,
  sql`${eventFrom('auth.passkey.success', { ...ofUser, sessionId: sql`id`, from: sql`started` })} returning session_id as id`,
);

const startedByOtherFactors = starting(sql`select user_id from held`, sql`select id from started`);

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

export const purgePending = (db: Db) => purgeBefore(db, pendingSignIns.expiresAt, { at: ago(0) });

/** A second factor vouched for the user verification of this passkey; from now on it may count (WebAuthn §7.2 s24). */
export async function initializeUserVerification(db: Db, passkeyId: string) {
  const [changed] = await db
    .update(passkeys)
    .set({ uvInitialized: true })
    .where(and(eq(passkeys.id, passkeyId), eq(passkeys.uvInitialized, false), isNull(passkeys.removedAt)))
    .returning({ id: passkeys.id });
  return changed;
}
