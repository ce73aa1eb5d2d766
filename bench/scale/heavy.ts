import type { Db } from '@/db';
import * as clients from '@/lib/clients/queries';
import * as groups from '@/lib/groups/queries';
import * as oidc from '@/lib/oidc/queries';
import * as links from '@/lib/registration-links/queries';
import * as vault from '@/lib/vault/queries';

/** What reads as much as there is, by its nature, and is asked by an administrator now and then. */
export const heavyCalls: Record<string, (db: Db) => Promise<unknown>> = {
  'groups: list with members': (db) => groups.listGroupRows(db, 51),
  'clients: withdraw everything': (db) => oidc.deleteAllGrants(db, 'app-1'),
  'clients: delete': (db) => clients.deleteClientRow(db, 'app-1'),
  'vault: what another secret sealed': (db) => vault.listSealedOtherwise(db, 'oidc_artifacts', { keyId: 'k' }),
  'links: the setup link at a start without an administrator': (db) => links.storeSetupLink(db, ['none']),
};
