import { z } from 'zod';
import { db } from '@/db';
import { lockClientRow } from '@/lib/clients';
import { operation } from '@/lib/operation';
import { fail, ok } from '@/lib/result';
import type { Session } from '@/lib/sessions';
import { deleteAllGrants, deleteGrant, listGrants } from './queries';

/** A scheme of an app's own need not have a host. */
const hostOf = (uri: string) => (URL.canParse(uri) ? new URL(uri).host || new URL(uri).protocol : undefined);

/** The apps that the user lets have something: what, since when, and when they last used it. */
export const listConnectedApps = async ({ userId }: Session) =>
  (await listGrants(db, userId)).map(({ redirectUris, ...grant }) => ({
    ...grant,
    host: redirectUris[0] && hostOf(redirectUris[0]),
  }));

/** Its codes and tokens end at once, and it has to ask again. */
export const withdrawApp = operation({
  name: 'apps.withdraw',
  summary: 'Takes back what the signed-in user let an app have.',
  access: 'session',
  input: z.object({ id: z.string().max(64) }),
  refusals: ['grant_not_found'],
  run: async ({ id: clientId }, { tx, session: { userId }, record }) => {
    if (!(await deleteGrant(tx, userId, clientId))) return fail('grant_not_found');
    await record('client.withdrawn', { clientId, subjectId: userId });
    return ok({});
  },
});

export const endTokens = operation({
  name: 'clients.end_tokens',
  summary: 'Ends every token of an app and forgets what people let it have; they are asked again next time.',
  access: 'clients.write',
  input: z.object({ id: z.string().max(64) }),
  output: z.object({ people: z.int() }),
  refusals: ['client_not_found'],
  run: async ({ id: clientId }, { tx, record }) => {
    if (!(await lockClientRow(tx, clientId))) return fail('client_not_found');
    const people = await deleteAllGrants(tx, clientId);
    await record('client.withdrawn', { clientId, details: { people } });
    return ok({ people });
  },
});
