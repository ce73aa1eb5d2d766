import { and, eq, gt, isNull, or, type Placeholder, sql } from 'drizzle-orm';
import { columns, type Db, firstRow, hasRows, prepared } from '@/db';
import { ago, purgeBefore } from '@/db/purge';
import { grants, oidcArtifacts, sessionClients, sessions, users } from '@/db/schema';
import { type Authenticated, heldAuthenticated } from '@/lib/clients';
import { config } from '@/lib/config';
import { fromNow } from '@/lib/time';

type Nullable = 'grantHash' | 'uidHash' | 'userCodeHash' | 'clientId' | 'userId' | 'sessionId' | 'expiresAt';
/** An artifact as the values of a statement. */
export type NewArtifact = Record<'idHash' | 'model' | 'keyId', string> & { payload: Uint8Array } & Record<
    Nullable,
    string | null
  >;
/** What is written with it: the names by which clients know a session, as JSON, and whether a grant was used. */
type Beside = { sids: string; usesGrant: boolean };
type Stored = { isAuthenticated: boolean; isLive: boolean };

/**
 * Stores an artifact with what belongs to it: only while its session lives, and while the client that asks still has what
 * it authenticated with. These are held in the order in which who ends them does (decision 0030): client, user, session.
 */
export const upsertArtifact = prepared<NewArtifact & Authenticated & Beside>()(
  (value) => sql<Stored>`
    with authenticated as (${heldAuthenticated(value)}
    ), admitted as (
      select where ${value.authenticatedId}::text is null or exists (select from authenticated)
    ), held as (
      select ${sessions.id} from ${users} join ${sessions} on ${sessions.userId} = ${users.id}
      where ${sessions.id} = ${value.sessionId}::uuid and ${users.id} = ${value.userId}::uuid and exists (select from admitted)
      for key share
    ), alive as (
      select from admitted where ${value.sessionId}::uuid is null or exists (select from held)
    ), remembered as (
      insert into ${sessionClients} as known (session_id, client_id, sid)
      select ${value.sessionId}::uuid, key, value from json_each_text(${value.sids}::text::json) where exists (select from alive)
      on conflict (session_id, client_id) do update set sid = excluded.sid where known.sid <> excluded.sid returning sid
    ), used as (
      update ${grants} set last_used_at = now()
      where ${value.usesGrant}::boolean and user_id = ${value.userId}::uuid and client_id = ${value.clientId}::text
        and exists (select from alive) returning client_id
    ), written as (
      insert into ${oidcArtifacts} (id_hash, model, key_id, payload, grant_hash, uid_hash, user_code_hash,
        client_id, user_id, session_id, expires_at)
      select ${value.idHash}::text, ${value.model}::text, ${value.keyId}::text, ${value.payload}::bytea,
        ${value.grantHash}::text, ${value.uidHash}::text, ${value.userCodeHash}::text, ${value.clientId}::text,
        ${value.userId}::uuid, ${value.sessionId}::uuid, ${value.expiresAt}::timestamptz
      from alive where (select count(*) from remembered) + (select count(*) from used) >= 0
      on conflict (id_hash) do update set model = excluded.model, key_id = excluded.key_id, payload = excluded.payload,
        grant_hash = excluded.grant_hash, uid_hash = excluded.uid_hash, user_code_hash = excluded.user_code_hash,
        client_id = excluded.client_id, user_id = excluded.user_id, session_id = excluded.session_id,
        expires_at = excluded.expires_at
    )
    select exists (select from admitted) as "isAuthenticated", exists (select from alive) as "isLive"`,
);

type Once = Record<'idHash' | 'model' | 'keyId' | 'expiresAt' | 'now', string> & { payload: Uint8Array };

const insertUnlessLive = prepared<Once>()(
  (value) => sql<{ idHash: string }>`
    insert into ${oidcArtifacts} as known (id_hash, model, key_id, payload, expires_at)
    values (${value.idHash}::text, ${value.model}::text, ${value.keyId}::text, ${value.payload}::bytea, ${value.expiresAt}::timestamptz)
    on conflict (id_hash) do update set expires_at = excluded.expires_at where known.expires_at < ${value.now}::timestamptz
    returning id_hash`,
);

/** Inserts an artifact that may exist once until it expires; returns whether this call was the first. */
export const insertOnce = async (db: Db, artifact: Omit<Once, 'now'>) =>
  hasRows(await insertUnlessLive(db, { ...artifact, now: new Date().toISOString() }));

export type Moment = Record<'now' | 'seenSince', string>;
/** Now, and when a session must have been seen to be alive. */
export const moment = (): Moment => ({
  now: new Date().toISOString(),
  seenSince: fromNow(-config.sessionIdle).toISOString(),
});
type Placeholders<Values> = Record<keyof Values, Placeholder>;
type Artifacts = Pick<typeof oidcArtifacts, 'idHash' | 'keyId' | 'payload' | 'consumedAt' | 'sessionId' | 'expiresAt'>;
type Sessions = {
  userId: typeof sessions.userId;
  endsAt: typeof sessions.endsAt;
  lastSeenAt: typeof sessions.lastSeenAt;
};

export const isLiveSession = ({ endsAt, lastSeenAt }: Sessions, { now, seenSince }: Placeholders<Moment>) =>
  and(gt(endsAt, sql`${now}::timestamptz`), gt(lastSeenAt, sql`${seenSince}::timestamptz`));

/** Not expired, nor is its session: an expired session deletes its artifacts only when it is purged. */
export const isLive = (artifact: Artifacts, owner: Sessions, at: Placeholders<Moment>) =>
  and(
    or(isNull(artifact.expiresAt), gt(artifact.expiresAt, sql`${at.now}::timestamptz`)),
    or(isNull(artifact.sessionId), isLiveSession(owner, at)),
  );

export const contentOf = (artifact: Artifacts, owner: Sessions) => ({
  ...columns(artifact, 'idHash', 'keyId', 'payload', 'consumedAt', 'sessionId'),
  /** Whose session that is */
  sessionUserId: owner.userId,
});

const selectBy = (column: 'uidHash' | 'userCodeHash') => {
  const select = prepared<{ hash: string } & Moment>()((value, db) =>
    db
      .select(contentOf(oidcArtifacts, sessions))
      .from(oidcArtifacts)
      .leftJoin(sessions, eq(sessions.id, oidcArtifacts.sessionId))
      .where(and(eq(oidcArtifacts[column], value.hash), isLive(oidcArtifacts, sessions, value))),
  );
  return async (db: Db, hash: string) => firstRow(await select(db, { hash, ...moment() }));
};

export const findByUid = selectBy('uidHash');
export const findByUserCode = selectBy('userCodeHash');

const selectArtifacts = prepared<{ hashes: string } & Moment>()((value, db) =>
  db
    .select(contentOf(oidcArtifacts, sessions))
    .from(oidcArtifacts)
    .leftJoin(sessions, eq(sessions.id, oidcArtifacts.sessionId))
    .where(
      and(
        sql`${oidcArtifacts.idHash} = any(string_to_array(${value.hashes}, ' '))`,
        isLive(oidcArtifacts, sessions, value),
      ),
    ),
);

/** The artifacts of these hashes that are there. */
export const listArtifacts = (db: Db, hashes: string[]) =>
  selectArtifacts(db, { hashes: hashes.join(' '), ...moment() });

const markConsumed = prepared<{ idHash: string; now: string }>()(
  ({ idHash, now }) => sql<{ idHash: string }>`
    update ${oidcArtifacts} set consumed_at = ${now}::timestamptz where id_hash = ${idHash}::text and consumed_at is null
    returning id_hash`,
);

/** Consumes a code or a refresh token in one statement; of several at once, one gets the row. */
export const consumeArtifact = async (db: Db, idHash: string) =>
  hasRows(await markConsumed(db, { idHash, now: new Date().toISOString() }));

const markPolled = prepared<{ idHash: string; now: string; since: string }>()(
  ({ idHash, now, since }) => sql<{ idHash: string }>`
    update ${oidcArtifacts} set polled_at = ${now}::timestamptz where id_hash = ${idHash}::text
      and (polled_at is null or polled_at <= ${since}::timestamptz) returning id_hash`,
);

/** Stores that a device polls for its tokens; false when it polled after `since` already, in any instance. */
export const takePoll = async (db: Db, idHash: string, since: Date) =>
  hasRows(await markPolled(db, { idHash, now: new Date().toISOString(), since: since.toISOString() }));

const deleteOne = prepared<{ idHash: string }>()(
  ({ idHash }) => sql<never>`delete from ${oidcArtifacts} where id_hash = ${idHash}::text`,
);
export const deleteArtifact = (db: Db, idHash: string) => deleteOne(db, { idHash });

const deleteUnder = prepared<{ grantHash: string }>()(
  ({ grantHash }) => sql<never>`delete from ${oidcArtifacts} where grant_hash = ${grantHash}::text`,
);
/** Deletes an engine's grant with everything that was issued under it. */
export const deleteGranted = (db: Db, grantHash: string) => deleteUnder(db, { grantHash });

export const purgeArtifacts = (db: Db) => purgeBefore(db, oidcArtifacts.expiresAt, { at: ago(0) });
