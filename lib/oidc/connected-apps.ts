import { z } from 'zod';
import { db } from '@/db';
import { record } from '@/lib/audit';
import { lockClientRow } from '@/lib/clients';
import { operation } from '@/lib/operation';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { lockOwner, type Session } from '@/lib/sessions';
import { deleteAllGrants, deleteGrant, listGrants } from './queries';

/** A scheme of an app's own need not have a host. */
const hostOf = (uri: string) => (URL.canParse(uri) ? new URL(uri).host || new URL(uri).protocol : undefined);

/** The apps that the user lets have something: what, since when, and when they last used it. */
export const listConnectedApps = async ({ userId }: Session) =>
  (await listGrants(db, userId)).map(({ redirectUris, ...grant }) => ({
    ...grant,
    host: redirectUris[0] && hostOf(redirectUris[0]),
  }));

/** Takes back what a client was let have: its codes and tokens end at once, and it has to ask again. */
export const withdraw = (clientId: string, session: Session, context: RequestContext) =>
  db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session-ended');
    if (!(await deleteGrant(tx, session.userId, clientId))) return fail('not_found');
    const event = { clientId, actorId: session.userId, subjectId: session.userId, sessionId: session.id };
    await record(tx, { ...event, type: 'client.withdrawn' }, context);
    return ok(undefined);
  });

export const endTokens = operation({
  name: 'clients.end_tokens',
  summary: 'Ends every token of an app and forgets what people let it have; they are asked again next time.',
  access: 'clients.write',
  limit: 'manage',
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
