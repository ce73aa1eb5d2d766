import 'server-only';
import { isDeepStrictEqual } from 'node:util';
import { type Db, db } from '@/db';
import { type AuditType, record } from '@/lib/audit';
import { hashToken, randomToken } from '@/lib/crypto';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import {
  type Client,
  deleteClientRow,
  deleteOwnTokens,
  findClientRow,
  insertClient,
  listClientGroups,
  listClientRows,
  lockClientRow,
  lockGroups,
  replaceClientGroups,
  updateClientRow,
} from './queries';
import { type ClientSettings, columnsOf, isClientId } from './rules';

export { clientFields, newClientFields } from './fields';
export { type Client, holdProven } from './queries';
export { type ClientSettings, clientSettings, ownClientId } from './rules';

/** Who changes what, for the audit. */
type Actor = { userId: string };

/** A client as it is registered; nothing for an id that cannot be one, which comes from anybody (requirement I14). */
export const findClient = async (id: string) => (isClientId(id) ? findClientRow(db, id) : undefined);

/** Every client, by name. */
export const listClients = () => listClientRows(db);

/** A client with the groups that it is limited to; nothing if there is none of that id. */
export async function readClient(id: string) {
  const client = await findClient(id);
  if (!client) return undefined;
  return { ...client, groups: (await listClientGroups(db, id)).map(({ groupId }) => groupId) };
}

const usesSecret = (authMethod: Client['authMethod']) => authMethod.startsWith('client_secret');

/** A new secret for the one moment in which it is shown, and the hash that is kept. */
function newSecret(authMethod: Client['authMethod']) {
  const secret = usesSecret(authMethod) ? randomToken() : undefined;
  return { secret, secretHash: secret ? hashToken(secret) : null };
}

const write = (tx: Db, type: AuditType, clientId: string, { userId }: Actor, context: RequestContext) =>
  record(tx, { type, clientId, actorId: userId }, context);

/** Writes what is new of a client. With another secret or key, what it got for itself by the one before ends. */
async function changeRow(tx: Db, before: Client, columns: Partial<Client>) {
  await updateClientRow(tx, before.id, columns);
  const after = { ...before, ...columns };
  const isSame = after.secretHash === before.secretHash && isDeepStrictEqual(after.jwks, before.jwks);
  if (!isSame) await deleteOwnTokens(tx, before.id);
}

/** Registers a client; the secret in the answer is shown once and kept as a hash. */
export async function createClient(id: string, settings: ClientSettings, actor: Actor, context: RequestContext) {
  const clientId = id || `app-${randomToken(9).toLowerCase().replace(/[-_]/g, 'x')}`;
  const { secret, secretHash } = newSecret(settings.authMethod);
  return db.transaction(async (tx) => {
    if (!(await lockGroups(tx, settings.groups))) return fail('no-such-group');
    const columns = { ...columnsOf(settings), secretEitherWay: false };
    const inserted = await insertClient(tx, { ...columns, id: clientId, secretHash });
    if (!inserted) return fail('id-taken');
    await replaceClientGroups(tx, clientId, settings.groups);
    await write(tx, 'admin.client-created', clientId, actor, context);
    return ok({ id: clientId, secret });
  });
}

/**
 * Registers a client for a script that knows its secret. One of that id which is there already gets the secret and the
 * addresses; what administrators have changed of it stays.
 */
export async function registerClient(id: string, secret: string, settings: ClientSettings, context: RequestContext) {
  const { redirectUris, postLogoutRedirectUris, backchannelLogoutUri } = settings;
  const known = { redirectUris, postLogoutRedirectUris, backchannelLogoutUri, secretHash: hashToken(secret) };
  await db.transaction(async (tx) => {
    const inserted = await insertClient(tx, { ...columnsOf(settings), ...known, id });
    if (!inserted) await changeRow(tx, (await lockClientRow(tx, id))!, known);
    await record(tx, { type: inserted ? 'admin.client-created' : 'admin.client-changed', clientId: id }, context);
  });
}

/**
 * Changes a client. A secret is made where the new way of proving itself needs one and there is none; that it is taken
 * either way can be ended, but not begun.
 */
export async function updateClient(id: string, settings: ClientSettings, actor: Actor, context: RequestContext) {
  return db.transaction(async (tx) => {
    const before = await lockClientRow(tx, id);
    if (!before) return fail('not-found');
    if (!(await lockGroups(tx, settings.groups))) return fail('no-such-group');
    const keeps = usesSecret(settings.authMethod) && before.secretHash;
    const { secret, secretHash } = keeps ? { secret: undefined, secretHash: keeps } : newSecret(settings.authMethod);
    const secretEitherWay = settings.secretEitherWay && before.secretEitherWay && usesSecret(settings.authMethod);
    await changeRow(tx, before, { ...columnsOf(settings), secretEitherWay, secretHash });
    await replaceClientGroups(tx, id, settings.groups);
    await write(tx, 'admin.client-changed', id, actor, context);
    return ok({ secret });
  });
}

/** Gives a client a new secret; the old one is worth nothing from now on. */
export async function rotateSecret(id: string, actor: Actor, context: RequestContext) {
  return db.transaction(async (tx) => {
    const client = await lockClientRow(tx, id);
    if (!client || !usesSecret(client.authMethod)) return fail('not-found');
    const { secret, secretHash } = newSecret(client.authMethod);
    await changeRow(tx, client, { secretHash });
    await write(tx, 'admin.client-secret-rotated', id, actor, context);
    return ok({ secret: secret! });
  });
}

/** Deletes a client with everything that it was given. */
export async function deleteClient(id: string, actor: Actor, context: RequestContext) {
  return db.transaction(async (tx) => {
    if (!(await deleteClientRow(tx, id))) return fail('not-found');
    await write(tx, 'admin.client-deleted', id, actor, context);
    return ok(undefined);
  });
}
