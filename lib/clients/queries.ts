import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { Db } from '@/db';
import { clientGroups, clients, groups, oidcArtifacts } from '@/db/schema';

export type Client = typeof clients.$inferSelect;
type Columns = Omit<typeof clients.$inferInsert, 'id' | 'createdAt'>;

export async function findClientRow(db: Db, id: string): Promise<Client | undefined> {
  const [client] = await db.select().from(clients).where(eq(clients.id, id));
  return client;
}

/** Holds a client until the transaction ends, also against tokens that are being issued to it. */
export async function lockClientRow(tx: Db, id: string): Promise<Client | undefined> {
  const [client] = await tx.select().from(clients).where(eq(clients.id, id)).for('update');
  return client;
}

type AuthenticatedClient = Pick<Client, 'id' | 'secretHash' | 'jwks'>;

/**
 * Holds a client until the transaction ends, if the secret and the keys with which it authenticated are still its own.
 * Whoever changes them holds the client as well, so that one of the two sees what the other did.
 */
export async function holdAuthenticated(tx: Db, { id, secretHash, jwks }: AuthenticatedClient) {
  const [held] = await tx
    .select({ id: clients.id })
    .from(clients)
    .where(
      and(
        eq(clients.id, id),
        sql`${clients.secretHash} is not distinct from ${secretHash}::text`,
        sql`${clients.jwks} is not distinct from ${jwks && JSON.stringify(jwks)}::jsonb`,
      ),
    )
    .for('key share');
  return held !== undefined;
}

/** Every client with the number of its users: those who have consented to it, or are signed in to it now. */
export const listClientRows = (db: Db, order: 'name' | 'id' = 'name', limit = 10_000, after?: string) =>
  db
    .select({
      id: clients.id,
      name: clients.name,
      logo: clients.logo,
      authMethod: clients.authMethod,
      secretEitherWay: clients.secretEitherWay,
      redirectUris: clients.redirectUris,
      grantTypes: clients.grantTypes,
      firstParty: clients.firstParty,
      demandedAcr: clients.demandedAcr,
      limited: sql<boolean>`exists (select from client_groups where client_id = clients.id)`,
      users: sql<number>`(select count(*) from (
        select user_id from grants where client_id = clients.id union
        select user_id from session_clients join sessions on sessions.id = session_clients.session_id
          where client_id = clients.id and sessions.ends_at > now()) as people)::int`,
    })
    .from(clients)
    .where(after === undefined ? undefined : gt(clients.id, after))
    .orderBy(asc(clients[order]))
    .limit(limit);

/** Inserts a client, or returns nothing when the id is taken. */
export async function insertClient(db: Db, client: Columns & { id: string }) {
  const [inserted] = await db.insert(clients).values(client).onConflictDoNothing().returning({ id: clients.id });
  return inserted;
}

export async function updateClientRow(db: Db, id: string, columns: Partial<Columns>) {
  const [updated] = await db
    .update(clients)
    .set({ ...columns, updatedAt: new Date() })
    .where(eq(clients.id, id))
    .returning({ id: clients.id });
  return updated;
}

/** Ends the tokens that a client has for itself, of no person. */
export const deleteOwnTokens = (db: Db, clientId: string) =>
  db
    .delete(oidcArtifacts)
    .where(and(eq(oidcArtifacts.clientId, clientId), eq(oidcArtifacts.model, 'ClientCredentials')));

export async function deleteClientRow(db: Db, id: string) {
  const [deleted] = await db.delete(clients).where(eq(clients.id, id)).returning({ name: clients.name });
  return deleted;
}

export const listClientGroups = (db: Db, clientId: string) =>
  db.select({ groupId: clientGroups.groupId }).from(clientGroups).where(eq(clientGroups.clientId, clientId));

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
