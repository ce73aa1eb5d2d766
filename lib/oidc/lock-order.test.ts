import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { eq } from 'drizzle-orm';
import { expect, test as onAnyDatabase } from 'vitest';
import { type Db, db } from '@/db';
import { clients, oidcArtifacts, sessions, users } from '@/db/schema';
import { upsertArtifact } from '@/lib/artifacts';
import { authenticatedAs } from '@/lib/clients';
import { config } from '@/lib/config';
import { meanwhile } from '@/tests/helpers/meanwhile';
import { seedPerson } from '@/tests/helpers/people';
import { registerClient, visit } from '@/tests/helpers/relying-party';

// PGlite has one connection, on which nothing waits.
const test = onAnyDatabase.runIf(config.databaseUrl);

/** Somebody who is signed in to one app and about to sign in to another, with a code of the first. */
async function place() {
  const { browser, userId } = await seedPerson();
  const [client, next] = [await registerClient(), await registerClient()];
  const tokens = await client.signIn(browser);
  const flow = await client.begin();
  const { left } = await visit(browser, flow.url);
  const [stored] = await db.select().from(oidcArtifacts).where(eq(oidcArtifacts.model, 'Session'));
  const { idHash, model, keyId, payload, ...of } = { ...stored!, expiresAt: stored!.expiresAt!.toISOString() };
  const beside = { sids: JSON.stringify({ [next.id]: 'x' }), usesGrant: false, ...authenticatedAs(undefined) };
  const fields = { redirect_uri: client.redirectUri, code_verifier: flow.verifier };
  const form = { grant_type: 'authorization_code', code: left!.searchParams.get('code')!, ...fields };
  return {
    ids: { userId, clientId: client.id },
    works: {
      'a sign-in to another app': async () => visit(browser, (await next.begin()).url),
      'a session that remembers another app': () =>
        upsertArtifact(db, { idHash, model, keyId, payload, ...of, ...beside }),
      'the exchange of a code': () => client.token(form),
      'a refresh': () => client.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }),
    },
  };
}
type Ids = Awaited<ReturnType<typeof place>>['ids'];
type Work = keyof Awaited<ReturnType<typeof place>>['works'];

type Part = (tx: Db, ids: Ids) => Promise<unknown>;
/** How each is held first, and then ended with everything that hangs on it. */
const ends: Record<string, [Part, Part]> = {
  'the end of the session': [
    (tx, { userId }) => tx.select().from(sessions).where(eq(sessions.userId, userId)).for('update'),
    (tx, { userId }) => tx.delete(sessions).where(eq(sessions.userId, userId)),
  ],
  'the deletion of the account': [
    (tx, { userId }) => tx.select().from(users).where(eq(users.id, userId)).for('update'),
    (tx, { userId }) => tx.delete(users).where(eq(users.id, userId)),
  ],
  'the deletion of the app': [
    (tx, { clientId }) => tx.select().from(clients).where(eq(clients.id, clientId)).for('update'),
    (tx, { clientId }) => tx.delete(clients).where(eq(clients.id, clientId)),
  ],
};
const works: Work[] = [
  'a sign-in to another app',
  'a session that remembers another app',
  'the exchange of a code',
  'a refresh',
];

test.each(works.flatMap((work) => Object.keys(ends).map((end) => [work, end] as const)))(
  '%s and %s wait for each other in one order, and no deadlock ends either',
  async (work, end) => {
    const retries: unknown[] = [];
    const listen = (state: unknown) => void retries.push(state);
    const { ids, works } = await place();
    const [hold, finish] = ends[end]!;
    subscribe('latchkey.retry', listen);
    try {
      await meanwhile<unknown>(works[work], 'for key share', {
        before: (tx) => hold(tx, ids),
        after: (tx) => finish(tx, ids),
      });
    } finally {
      unsubscribe('latchkey.retry', listen);
    }
    expect(retries).toEqual([]);
    const left =
      end === 'the deletion of the app'
        ? eq(oidcArtifacts.clientId, ids.clientId)
        : eq(oidcArtifacts.userId, ids.userId);
    expect(await db.$count(oidcArtifacts, left)).toBe(0);
  },
);
