import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Db } from '@/db';
import { hashToken, randomToken } from '@/lib/crypto';
import { operation } from '@/lib/operation';
import { next, readPageBy, textPageInput } from '@/lib/page-of';
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
import { changedClient, columnsOf, isChosenScope, isClientId, newClient } from './rules';

const usesSecret = (authMethod: Client['authMethod']) => authMethod.startsWith('client_secret');

/** A new secret for the one moment in which it is shown, and the hash that is stored. */
function newSecret(authMethod: Client['authMethod']) {
  const secret = usesSecret(authMethod) ? randomToken() : undefined;
  return { secret, secretHash: secret ? hashToken(secret) : null };
}

/** Updates a client. Where its secret or keys change, the tokens end that it got for itself by the old ones. */
export async function changeClient(tx: Db, before: Client, columns: Partial<Client>) {
  await updateClientRow(tx, before.id, columns);
  const after = { ...before, ...columns };
  const isSame = after.secretHash === before.secretHash && isDeepStrictEqual(after.jwks, before.jwks);
  if (!isSame) await deleteOwnTokens(tx, before.id);
}

const which = z.object({ id: z.string().max(64) });
/** Shown once, and stored as a hash. */
const secret = z.string().optional();
const listed = z.object({
  id: z.string(),
  name: z.string(),
  authMethod: z.string(),
  redirectUris: z.array(z.string()),
  grantTypes: z.array(z.string()),
  firstParty: z.boolean(),
  demandedAcr: z.string().nullable(),
  /** Whether only people in some groups may sign in to it. */
  limited: z.boolean(),
  /** Who has consented to it or is signed in to it now; counted to a thousand. */
  users: z.int(),
});
const shown = z.object({
  ...listed.omit({ limited: true, users: true }).shape,
  logo: z.string().nullable(),
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).nullable(),
  scopes: z.array(z.string()),
  postLogoutRedirectUris: z.array(z.string()),
  backchannelLogoutUri: z.string().nullable(),
  signingAlg: z.string(),
  subjectType: z.string(),
  allowsPrivateHttp: z.boolean(),
  requiresPkce: z.boolean(),
  secretEitherWay: z.boolean(),
  groups: z.array(z.string()),
});

export const readClients = operation({
  name: 'clients.list',
  summary: 'Lists apps with how many people use them, by id, page by page.',
  access: 'clients.read',
  reads: true,
  input: z.object(textPageInput),
  output: z.object({ clients: z.array(listed), next }),
  run: async (input, { tx }) => {
    const list = (limit: number, after?: string) => listClientRows(tx, 'id', limit, after);
    const { page, next } = await readPageBy(input, ({ id }) => id, list);
    return ok({ clients: page, next });
  },
});

export const showClient = operation({
  name: 'clients.show',
  summary: 'Shows everything that is set of an app, but no secret; as the app is updated with.',
  access: 'clients.read',
  reads: true,
  input: which,
  output: shown,
  refusals: ['client_not_found'],
  run: async ({ id }, { tx }) => {
    const client = isClientId(id) ? await findClientRow(tx, id) : undefined;
    if (!client) return fail('client_not_found');
    return ok({ ...client, scopes: client.scopes.filter(isChosenScope), groups: await listClientGroups(tx, id) });
  },
});

export const createClient = operation({
  name: 'clients.create',
  summary: 'Registers an app; the secret in the answer is shown once.',
  access: 'clients.write',
  input: newClient,
  output: z.object({ id: z.string(), secret }),
  secrets: ['secret'],
  refusals: ['client_group_gone', 'client_id_taken'],
  run: async ({ id, ...settings }, { tx, record }) => {
    const clientId = id || `app-${randomToken(9).toLowerCase().replace(/[-_]/g, 'x')}`;
    const created = newSecret(settings.authMethod);
    if (!(await lockGroups(tx, settings.groups))) return fail('client_group_gone');
    const columns = { ...columnsOf(settings), secretEitherWay: false };
    const inserted = await insertClient(tx, { ...columns, id: clientId, secretHash: created.secretHash });
    if (!inserted) return fail('client_id_taken');
    await replaceClientGroups(tx, clientId, settings.groups);
    await record('admin.client-created', { clientId });
    return ok({ id: clientId, secret: created.secret });
  },
});

/**
 * A secret is made where the new way of authentication needs one and there is none; that it is taken either way can be
 * ended, but not begun.
 */
export const updateClient = operation({
  name: 'clients.update',
  summary: 'Replaces the settings of an app; a secret is in the answer where it needs one from now on.',
  access: 'clients.write',
  input: changedClient,
  output: z.object({ secret }),
  secrets: ['secret'],
  refusals: ['client_not_found', 'client_group_gone'],
  run: async ({ id, ...settings }, { tx, record }) => {
    const before = await lockClientRow(tx, id);
    if (!before) return fail('client_not_found');
    if (!(await lockGroups(tx, settings.groups))) return fail('client_group_gone');
    const stays = usesSecret(settings.authMethod) && before.secretHash;
    const made = stays ? { secret: undefined, secretHash: stays } : newSecret(settings.authMethod);
    const secretEitherWay = settings.secretEitherWay && before.secretEitherWay && usesSecret(settings.authMethod);
    await changeClient(tx, before, { ...columnsOf(settings), secretEitherWay, secretHash: made.secretHash });
    await replaceClientGroups(tx, id, settings.groups);
    await record('admin.client-changed', { clientId: id });
    return ok({ secret: made.secret });
  },
});

export const rotateSecret = operation({
  name: 'clients.rotate_secret',
  summary: 'Gives an app a new secret; the old one is worth nothing from now on.',
  access: 'clients.write',
  input: which,
  output: z.object({ secret: z.string() }),
  secrets: ['secret'],
  refusals: ['client_not_found', 'client_without_secret'],
  run: async ({ id }, { tx, record }) => {
    const client = await lockClientRow(tx, id);
    if (!client) return fail('client_not_found');
    if (!usesSecret(client.authMethod)) return fail('client_without_secret');
    const made = newSecret(client.authMethod);
    await changeClient(tx, client, { secretHash: made.secretHash });
    await record('admin.client-secret-rotated', { clientId: id });
    return ok({ secret: made.secret! });
  },
});

export const deleteClient = operation({
  name: 'clients.delete',
  summary: 'Deletes an app with everything that it was given.',
  access: 'clients.write',
  input: which,
  refusals: ['client_not_found'],
  run: async ({ id }, { tx, record }) => {
    if (!(await deleteClientRow(tx, id))) return fail('client_not_found');
    await record('admin.client-deleted', { clientId: id });
    return ok({});
  },
});
