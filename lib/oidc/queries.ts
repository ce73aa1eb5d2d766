import { and, desc, eq, gt, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { columns, type Db, firstRow, hasRows } from '@/db';
import { ago, purgeBefore } from '@/db/purge';
import { clients, grants, oidcArtifacts, sessionClients, sessions, users } from '@/db/schema';
import { withinLimits } from '@/lib/sessions';

type Artifact = typeof oidcArtifacts.$inferInsert;

export const upsertArtifact = (db: Db, { idHash, ...artifact }: Artifact) =>
  db
    .insert(oidcArtifacts)
    .values({ idHash, ...artifact })
    .onConflictDoUpdate({ target: oidcArtifacts.idHash, set: artifact });

/** Inserts an artifact that may exist once until it expires; returns whether this call was the first. */
export const insertOnce = (db: Db, artifact: Artifact) =>
  db
    .insert(oidcArtifacts)
    .values(artifact)
    .onConflictDoUpdate({
      target: oidcArtifacts.idHash,
      set: { expiresAt: artifact.expiresAt },
      setWhere: lt(oidcArtifacts.expiresAt, new Date()),
    })
    .returning({ idHash: oidcArtifacts.idHash })
    .then(hasRows);

const content = {
  ...columns(oidcArtifacts, 'idHash', 'keyId', 'payload', 'consumedAt', 'sessionId'),
  /** Whose session that is */
  sessionUserId: sessions.userId,
};
/** Not expired, nor is its session: an expired session deletes its artifacts only when it is purged. */
const live = () =>
  and(
    or(isNull(oidcArtifacts.expiresAt), gt(oidcArtifacts.expiresAt, new Date())),
    or(isNull(oidcArtifacts.sessionId), withinLimits()),
  );

type Hashed = typeof oidcArtifacts.idHash | typeof oidcArtifacts.uidHash | typeof oidcArtifacts.userCodeHash;

const findBy = (column: Hashed) => (db: Db, hash: string) =>
  db
    .select(content)
    .from(oidcArtifacts)
    .leftJoin(sessions, eq(sessions.id, oidcArtifacts.sessionId))
    .where(and(eq(column, hash), live()))
    .then(firstRow);

export const findArtifact = findBy(oidcArtifacts.idHash);
export const findByUid = findBy(oidcArtifacts.uidHash);
export const findByUserCode = findBy(oidcArtifacts.userCodeHash);

/** Consumes a code or a refresh token in one statement; of several at once, one gets the row. */
export const consumeArtifact = (db: Db, idHash: string) =>
  db
    .update(oidcArtifacts)
    .set({ consumedAt: new Date() })
    .where(and(eq(oidcArtifacts.idHash, idHash), isNull(oidcArtifacts.consumedAt)))
    .returning({ idHash: oidcArtifacts.idHash })
    .then(hasRows);

/** Stores that a device polls for its tokens; false when it polled after `since` already, in any instance. */
export const takePoll = (db: Db, idHash: string, since: Date) =>
  db
    .update(oidcArtifacts)
    .set({ polledAt: new Date() })
    .where(
      and(eq(oidcArtifacts.idHash, idHash), or(isNull(oidcArtifacts.polledAt), lte(oidcArtifacts.polledAt, since))),
    )
    .returning({ idHash: oidcArtifacts.idHash })
    .then(hasRows);

export const deleteArtifact = (db: Db, idHash: string) =>
  db.delete(oidcArtifacts).where(eq(oidcArtifacts.idHash, idHash));

/** Deletes an engine's grant with everything that was issued under it. */
export const deleteGranted = (db: Db, grantHash: string) =>
  db.delete(oidcArtifacts).where(eq(oidcArtifacts.grantHash, grantHash));

export const purgeArtifacts = (db: Db) => purgeBefore(db, oidcArtifacts.expiresAt, { at: ago(0) });

/** Remembers that a session has signed in to these clients, and by which `sid` each knows it. */
export async function rememberClients(db: Db, sessionId: string, sids: Record<string, string>) {
  const rows = Object.entries(sids).map(([clientId, sid]) => ({ sessionId, clientId, sid }));
  if (rows.length === 0) return;
  await db
    .insert(sessionClients)
    .values(rows)
    .onConflictDoUpdate({
      target: [sessionClients.sessionId, sessionClients.clientId],
      set: { sid: sql`excluded.sid` },
    });
}

const isGrant = (userId: string, clientId: string) => and(eq(grants.userId, userId), eq(grants.clientId, clientId));

export const findGrant = (db: Db, userId: string, clientId: string) =>
  db
    .select(columns(grants, 'scopes', 'claims'))
    .from(grants)
    .where(isGrant(userId, clientId))
    .then(firstRow);

type NewGrant = { userId: string; clientId: string; scopes: string[]; claims: string[] };

/** Adds to what a user lets a client have. Two at once add up. */
export async function widenGrant(db: Db, grant: NewGrant) {
  const union = (column: 'scopes' | 'claims') =>
    sql`array(select distinct unnest(${grants[column]} || excluded.${sql.identifier(column)}))`;
  await db
    .insert(grants)
    .values(grant)
    .onConflictDoUpdate({
      target: [grants.userId, grants.clientId],
      set: { scopes: union('scopes'), claims: union('claims') },
    });
}

export const touchGrant = (db: Db, userId: string, clientId: string) =>
  db.update(grants).set({ lastUsedAt: new Date() }).where(isGrant(userId, clientId));

/** What a user lets clients have, the latest first. */
export const listGrants = (db: Db, userId: string) =>
  db
    .select({
      ...columns(grants, 'clientId', 'scopes', 'claims', 'createdAt', 'lastUsedAt'),
      ...columns(clients, 'name', 'logo', 'redirectUris'),
    })
    .from(grants)
    .innerJoin(clients, eq(clients.id, grants.clientId))
    .where(eq(grants.userId, userId))
    .orderBy(desc(grants.createdAt));

/** Deletes a user's grant with its codes and tokens; returns whether there was one. */
export async function deleteGrant(db: Db, userId: string, clientId: string) {
  const withdrawn = await db.delete(grants).where(isGrant(userId, clientId)).returning({ userId: grants.userId });
  await db.delete(oidcArtifacts).where(and(eq(oidcArtifacts.userId, userId), eq(oidcArtifacts.clientId, clientId)));
  return hasRows(withdrawn);
}

/** Deletes every grant and artifact of a client; returns how many users had granted it something. */
export async function deleteAllGrants(db: Db, clientId: string) {
  const withdrawn = await db.delete(grants).where(eq(grants.clientId, clientId)).returning({ userId: grants.userId });
  await db.delete(oidcArtifacts).where(eq(oidcArtifacts.clientId, clientId));
  return withdrawn.length;
}

/** Whether a client is for the user of this row: for everybody, or for a group that they are in. */
const isFor = (clientId: string) => sql<boolean>`not exists (select from client_groups where client_id = ${clientId})
  or exists (select from client_groups join group_members on group_members.group_id = client_groups.group_id
    where client_groups.client_id = ${clientId} and group_members.user_id = users.id)`;

/** The user whom a token is about, unless disabled, and whether they may use this client. */
export const findSubject = (db: Db, userId: string, clientId: string | undefined) =>
  db
    .select({
      ...columns(users, 'id', 'name', 'email', 'emailVerifiedAt', 'username', 'locale', 'zoneinfo', 'updatedAt'),
      groups: sql<
        string[]
      >`array(select groups.name from groups join group_members on group_members.group_id = groups.id
        where group_members.user_id = users.id order by groups.name)`,
      mayEnter: isFor(clientId ?? ''),
    })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.disabledAt)))
    .then(firstRow);

/** Stores the language of a user who has none yet. */
export const storeLocale = (db: Db, userId: string, locale: string) =>
  db
    .update(users)
    .set({ locale })
    .where(and(eq(users.id, userId), isNull(users.locale)));

type RightsQuery = { sessionId: string; userId: string; clientId: string };

/** What determines a client's rights to a user's data in a session of theirs, at this moment. */
export const findRights = (db: Db, { sessionId, userId, clientId }: RightsQuery) =>
  db
    .select({
      ...columns(clients, 'scopes', 'firstParty', 'demandedAcr'),
      ...columns(sessions, 'acr', 'stepUpAcr'),
      allowed: columns(grants, 'scopes', 'claims'),
      mayEnter: isFor(clientId),
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(clients, eq(clients.id, clientId))
    .leftJoin(grants, and(eq(grants.userId, users.id), eq(grants.clientId, clients.id)))
    .where(and(eq(sessions.id, sessionId), eq(users.id, userId), isNull(users.disabledAt), withinLimits()))
    .then(firstRow);
