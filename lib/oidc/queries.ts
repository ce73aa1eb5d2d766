import { and, desc, eq, isNull, type Placeholder, sql } from 'drizzle-orm';
import { alias, type PgTable } from 'drizzle-orm/pg-core';
import { columns, type Db, firstRow, hasRows, prepared } from '@/db';
import { clients, grants, oidcArtifacts, sessions, users } from '@/db/schema';
import { contentOf, isLive, isLiveSession, type Moment, moment } from '@/lib/artifacts';
import { type AttemptValues, attemptIn, isWithinLimit } from '@/lib/rate-limits';
import { keySetVersion } from '@/lib/signing-keys';

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
const isFor = (
  clientId: Placeholder,
) => sql<boolean>`not exists (select from client_groups where client_id = ${clientId}::text)
  or exists (select from client_groups join group_members on group_members.group_id = client_groups.group_id
    where client_groups.client_id = ${clientId}::text and group_members.user_id = users.id)`;

const subject = (clientId: Placeholder) => ({
  ...columns(users, 'id', 'name', 'email', 'emailVerifiedAt', 'username', 'locale', 'zoneinfo', 'updatedAt'),
  groups: sql<string[]>`array(select groups.name from groups join group_members on group_members.group_id = groups.id
    where group_members.user_id = users.id order by groups.name)`,
  mayEnter: isFor(clientId),
});

const selectSubject = prepared<{ userId: string; clientId: string }>()(({ userId, clientId }, db) =>
  db
    .select(subject(clientId))
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.disabledAt))),
);

/** The user whom a token is about, unless disabled, and whether they may use this client. */
export const findSubject = async (db: Db, userId: string, clientId: string | undefined) =>
  firstRow(await selectSubject(db, { userId, clientId: clientId ?? '' }));

const selectAsked = prepared<AttemptValues & { clientId: string | null }>()((value, db) => {
  const { attempt, count } = attemptIn(db, value);
  return db
    .with(attempt)
    .select({ attempt: count, client: clients, keys: keySetVersion })
    .from(attempt)
    .leftJoin(clients, and(eq(clients.id, value.clientId), isWithinLimit));
});

/**
 * What a request begins with, by one statement: counts its attempt, and reads the client that it names, as it is now, and
 * the version of the signing keys.
 */
export async function takeRequest(db: Db, values: AttemptValues & { clientId: string | null }) {
  const [row] = await selectAsked(db, values);
  return row!;
}

export type RightsQuery = { sessionId: string; userId: string; clientId: string };

const selectRights = prepared<RightsQuery & Moment>()((value, db) =>
  db
    .select({
      ...columns(clients, 'scopes', 'firstParty', 'demandedAcr'),
      ...columns(sessions, 'acr', 'stepUpAcr'),
      allowed: columns(grants, 'scopes', 'claims'),
      mayEnter: isFor(value.clientId),
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(clients, eq(clients.id, value.clientId))
    .leftJoin(grants, and(eq(grants.userId, users.id), eq(grants.clientId, clients.id)))
    .where(
      and(
        eq(sessions.id, value.sessionId),
        eq(users.id, value.userId),
        isNull(users.disabledAt),
        isLiveSession(sessions, value),
      ),
    ),
);

/** What determines a client's rights to a user's data in a session of theirs, at this moment. */
export const findRights = async (db: Db, query: RightsQuery) =>
  firstRow(await selectRights(db, { ...query, ...moment() }));

/** The same table under another name: its type stays, of which only the name would differ. */
const also = <Table extends PgTable>(table: Table, name: string) => alias(table, name) as unknown as Table;
const granted = also(oidcArtifacts, 'granted');
const grantedIn = also(sessions, 'granted_in');
const engineSession = also(oidcArtifacts, 'engine_session');
const engineSessionOf = also(sessions, 'engine_session_of');

type SurroundingsQuery = RightsQuery & { grantIdHash: string; uidHash: string };

const selectSurroundings = prepared<SurroundingsQuery & Moment>()((value, db) =>
  db
    .select({
      grant: contentOf(granted, grantedIn),
      isGrantLive: sql<boolean>`coalesce(${isLive(granted, grantedIn, value)}, false)`,
      engineSession: contentOf(engineSession, engineSessionOf),
      isEngineSessionLive: sql<boolean>`coalesce(${isLive(engineSession, engineSessionOf, value)}, false)`,
      client: clients,
      subject: subject(value.clientId),
      session: columns(sessions, 'acr', 'stepUpAcr'),
      allowed: columns(grants, 'scopes', 'claims'),
    })
    .from(sql`(select) as one`)
    .leftJoin(clients, eq(clients.id, value.clientId))
    .leftJoin(users, and(eq(users.id, value.userId), isNull(users.disabledAt)))
    .leftJoin(grants, and(eq(grants.userId, users.id), eq(grants.clientId, clients.id)))
    .leftJoin(
      sessions,
      and(eq(sessions.id, value.sessionId), eq(sessions.userId, users.id), isLiveSession(sessions, value)),
    )
    .leftJoin(granted, eq(granted.idHash, value.grantIdHash))
    .leftJoin(grantedIn, eq(grantedIn.id, granted.sessionId))
    .leftJoin(engineSession, eq(engineSession.uidHash, value.uidHash))
    .leftJoin(engineSessionOf, eq(engineSessionOf.id, engineSession.sessionId)),
);

/**
 * What belongs to a code, a token or an engine's session, by one statement: its grant, the engine's session, the client,
 * the user, and what determines what the client may have of them.
 */
export async function findSurroundings(db: Db, query: SurroundingsQuery) {
  const [row] = await selectSurroundings(db, { ...query, ...moment() });
  return row!;
}

const updateLocale = prepared<{ userId: string; locale: string }>()(
  ({ userId, locale }) =>
    sql<never>`update ${users} set locale = ${locale}::text where id = ${userId}::uuid and locale is null`,
);

/** Stores the language of a user who has none yet. */
export const storeLocale = (db: Db, userId: string, locale: string) => updateLocale(db, { userId, locale });
