import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import { columns, type Db, firstRow, prepared } from '@/db';
import { clientGroups, clients, groups, oidcArtifacts } from '@/db/schema';

export type Client = typeof clients.$inferSelect;
type Columns = Omit<typeof clients.$inferInsert, 'id' | 'createdAt'>;

const selectClient = prepared<{ id: string }>()(({ id }, db) => db.select().from(clients).where(eq(clients.id, id)));

export const findClientRow = async (db: Db, id: string): Promise<Client | undefined> =>
  firstRow(await selectClient(db, { id }));

/** Holds a client until the transaction ends, also against tokens that are being issued to it. */
export const lockClientRow = (tx: Db, id: string): Promise<Client | undefined> =>
  tx.select().from(clients).where(eq(clients.id, id)).for('update').then(firstRow);

/** A client and what it has authenticated with, as values of a statement; nothing where no client did. */
export type Authenticated = Record<'authenticatedId' | 'secretHash' | 'jwks', string | null>;

export const authenticatedAs = (client: Pick<Client, 'id' | 'secretHash' | 'jwks'> | undefined): Authenticated => ({
  authenticatedId: client?.id ?? null,
  secretHash: client?.secretHash ?? null,
  jwks: client?.jwks ? JSON.stringify(client.jwks) : null,
});

/**
 * The part of a statement that holds a client until the transaction ends, if the secret and the keys with which it
 * authenticated are still its own. Whoever changes them holds the client as well, so that one of the two sees what the
 * other did.
 */
export const heldAuthenticated = ({ authenticatedId, secretHash, jwks }: Record<keyof Authenticated, unknown>) => sql`
  select id from ${clients} where id = ${authenticatedId}::text and secret_hash is not distinct from ${secretHash}::text
    and jwks is not distinct from ${jwks}::text::jsonb for key share`;

/** So many people of a client are counted; of one with more, at least about as many. */
export const MOST_COUNTED = 1_000;
const counted = sql.raw(String(MOST_COUNTED));
const looked = sql.raw(String(2 * MOST_COUNTED));

/**
 * Every client with the number of its users: those who have consented to it, or are signed in to it now. Counted up to a
 * thousand, so that a page of clients takes as long however many people there are.
 */
export const listClientRows = (db: Db, order: 'name' | 'id' = 'name', limit = 10_000, after?: string) =>
  db
    .select({
      ...columns(clients, 'id', 'name', 'logo', 'authMethod', 'secretEitherWay'),
      ...columns(clients, 'redirectUris', 'grantTypes', 'firstParty', 'demandedAcr'),
      limited: sql<boolean>`exists (select from client_groups where client_id = clients.id)`,
      users: sql<number>`(select least(count(*), ${counted}) from (
        (select user_id from grants where client_id = clients.id limit ${counted}) union
        (select user_id from session_clients join sessions on sessions.id = session_clients.session_id
          where client_id = clients.id and sessions.ends_at > now() limit ${looked})) as people)::int`,
    })
    .from(clients)
    .where(after === undefined ? undefined : gt(clients.id, after))
    .orderBy(asc(clients[order]))
    .limit(limit);

/** Inserts a client, or returns nothing when the id is taken. */
export const insertClient = (db: Db, client: Columns & { id: string }) =>
  db.insert(clients).values(client).onConflictDoNothing().returning({ id: clients.id }).then(firstRow);

export const updateClientRow = (db: Db, id: string, columns: Partial<Columns>) =>
  db
    .update(clients)
    .set({ ...columns, updatedAt: new Date() })
    .where(eq(clients.id, id))
    .returning({ id: clients.id })
    .then(firstRow);

/** Ends the tokens that a client has for itself, of no person. */
export const deleteOwnTokens = (db: Db, clientId: string) =>
  db
    .delete(oidcArtifacts)
    .where(and(eq(oidcArtifacts.clientId, clientId), eq(oidcArtifacts.model, 'ClientCredentials')));

export const deleteClientRow = (db: Db, id: string) =>
  db.delete(clients).where(eq(clients.id, id)).returning({ name: clients.name }).then(firstRow);

/** The ids of the groups that a client is limited to. */
export const listClientGroups = async (db: Db, clientId: string) =>
  (await db.select().from(clientGroups).where(eq(clientGroups.clientId, clientId))).map(({ groupId }) => groupId);

/** Holds these groups until the transaction ends; false when one of them is gone. */
export async function lockGroups(db: Db, ids: string[]) {
  if (ids.length === 0) return true;
  const held = await db.select({ id: groups.id }).from(groups).where(inArray(groups.id, ids)).for('key share');
  return held.length === new Set(ids).size;
}

/** Limits a client to these groups, or with none to nobody in particular. */
export async function replaceClientGroups(db: Db, clientId: string, groupIds: string[]) {
  await db.delete(clientGroups).where(eq(clientGroups.clientId, clientId));
  if (groupIds.length) await db.insert(clientGroups).values(groupIds.map((groupId) => ({ clientId, groupId })));
}
