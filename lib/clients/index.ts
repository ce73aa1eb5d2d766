import 'server-only';
import { db } from '@/db';
import { record } from '@/lib/audit';
import { hashToken } from '@/lib/crypto';
import type { RequestContext } from '@/lib/request-context';
import { changeClient } from './operations';
import { findClientRow, insertClient, listClientGroups, listClientRows, lockClientRow } from './queries';
import { type ClientSettings, columnsOf, isClientId } from './rules';

export { clientFields, newClientFields, settingsFrom } from './fields';
export { createClient, deleteClient, readClients, rotateSecret, showClient, updateClient } from './operations';
export {
  type Authenticated,
  authenticatedAs,
  type Client,
  heldAuthenticated,
  lockClientRow,
  MOST_COUNTED,
} from './queries';
export { type ClientSettings, clientSettings, isClientId } from './rules';

/** A client as it is registered; nothing for an id that cannot be one, which comes from anybody (requirement I14). */
export const findClient = async (id: string) => (isClientId(id) ? findClientRow(db, id) : undefined);

/** Every client, by name. */
export const listClients = () => listClientRows(db);

/** A client with the groups that it is limited to; nothing if there is none of that id. */
export async function readClient(id: string) {
  const client = await findClient(id);
  if (!client) return undefined;
  return { ...client, groups: await listClientGroups(db, id) };
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
    if (!inserted) await changeClient(tx, (await lockClientRow(tx, id))!, known);
    await record(tx, { type: inserted ? 'admin.client-created' : 'admin.client-changed', clientId: id }, context);
  });
}
