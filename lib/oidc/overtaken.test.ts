import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { decide, stay } from '@/app/(sign-in)/interaction/actions';
import { type Db, db } from '@/db';
import { auditEvents, clients, grants, oidcArtifacts, sessions, users } from '@/db/schema';
import { upsertArtifact } from '@/lib/artifacts';
import {
  authenticatedAs,
  clientFields,
  deleteClient,
  readClient,
  rotateSecret,
  settingsFrom,
  updateClient,
} from '@/lib/clients';
import { config } from '@/lib/config';
import { hashToken, randomToken } from '@/lib/crypto';
import { meanwhile } from '@/tests/helpers/meanwhile';
import { runOperation } from '@/tests/helpers/operations';
import { seedPerson } from '@/tests/helpers/people';
import { act, post, type RelyingParty, registerClient, visit } from '@/tests/helpers/relying-party';

const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'];
const withClientCredentials = (client: RelyingParty) => client.token({ grant_type: 'client_credentials' });
const tokens = () => db.$count(oidcArtifacts, eq(oidcArtifacts.model, 'ClientCredentials'));

/** What an administrator does to a client at the moment at which it has proved itself, but has nothing yet. */
const taken: [string, (tx: Db, id: string) => Promise<unknown>][] = [
  [
    'has another secret',
    (tx, id) =>
      tx
        .update(clients)
        .set({ secretHash: hashToken(randomToken()) })
        .where(eq(clients.id, id)),
  ],
  [
    'has keys instead',
    (tx, id) =>
      tx
        .update(clients)
        .set({ secretHash: null, jwks: { keys: [] } })
        .where(eq(clients.id, id)),
  ],
  ['is gone', (tx, id) => tx.delete(clients).where(eq(clients.id, id))],
];
const hold = (tx: Db, id: string) => tx.select().from(clients).where(eq(clients.id, id)).for('update');

// PGlite has one connection, on which nothing comes between.
describe.runIf(config.databaseUrl)('a token request that was overtaken', () => {
  test.each(taken)('by the change after which the client %s gets nothing, and nothing is kept', async (_, change) => {
    const client = await registerClient({ grantTypes });
    const { status, json } = await meanwhile(() => withClientCredentials(client), 'for key share', {
      before: (tx) => hold(tx, client.id),
      after: (tx) => change(tx, client.id),
    });
    expect([status, json.error]).toEqual([401, 'invalid_client']);
    expect(await tokens()).toBe(0);
    expect(await db.$count(auditEvents, eq(auditEvents.type, 'client.auth-failure'))).toBe(1);
    expect(await db.$count(auditEvents, eq(auditEvents.type, 'client.token-issued'))).toBe(0);
  });

  test.each(taken)('the same for a code, after which the client %s', async (_, change) => {
    const [client, { browser }] = [await registerClient({ grantTypes }), await seedPerson()];
    const flow = await client.begin();
    const { left } = await visit(browser, flow.url);
    const form = {
      grant_type: 'authorization_code',
      code: left!.searchParams.get('code')!,
      code_verifier: flow.verifier,
    };
    const redeemed = () => client.token({ ...form, redirect_uri: client.redirectUri });
    const { json } = await meanwhile(redeemed, 'for key share', {
      before: (tx) => hold(tx, client.id),
      after: (tx) => change(tx, client.id),
    });
    expect(json).toMatchObject({ error: 'invalid_client' });
    expect(await db.$count(oidcArtifacts, eq(oidcArtifacts.model, 'AccessToken'))).toBe(0);
    expect(await db.$count(oidcArtifacts, eq(oidcArtifacts.model, 'RefreshToken'))).toBe(0);
  });

  test.each<[string, (tx: Db, id: string) => Promise<unknown>]>([
    ['of the session', (tx, id) => tx.delete(sessions).where(eq(sessions.userId, id))],
    ['of the account', (tx, id) => tx.delete(users).where(eq(users.id, id))],
  ])('by the end %s gets invalid_grant, and nothing is kept', async (_, end) => {
    const [client, { browser, userId }] = [await registerClient({ grantTypes }), await seedPerson()];
    const flow = await client.begin();
    const { left } = await visit(browser, flow.url);
    const form = {
      grant_type: 'authorization_code',
      code: left!.searchParams.get('code')!,
      code_verifier: flow.verifier,
    };
    const redeemed = () => client.token({ ...form, redirect_uri: client.redirectUri });
    const { json } = await meanwhile(redeemed, 'insert into "oidc_artifacts"', {
      before: (tx) => tx.select().from(users).where(eq(users.id, userId)).for('update'),
      after: (tx) => end(tx, userId),
    });
    expect(json).toMatchObject({ error: 'invalid_grant' });
    expect(await db.$count(oidcArtifacts, eq(oidcArtifacts.userId, userId))).toBe(0);
  });

  test.each<[string, (tx: Db, of: { userId: string; clientId: string }) => Promise<unknown>]>([
    [
      'the withdrawal of what the app may have',
      async (tx, { userId }) => {
        await tx.delete(grants).where(eq(grants.userId, userId));
        await tx.delete(oidcArtifacts).where(eq(oidcArtifacts.userId, userId));
      },
    ],
    [
      'an administrator who disables the account',
      (tx, { userId }) => tx.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId)),
    ],
  ])('by %s has nothing that opens anything', async (_, change) => {
    const client = await registerClient({ grantTypes, firstParty: false });
    const { browser, userId } = await seedPerson();
    const flow = await client.begin();
    const { uid } = await visit(browser, flow.url);
    const { to } = await act(browser, decide, { uid: uid!, decision: 'allow' });
    const { left } = await visit(browser, to!);
    const form = {
      grant_type: 'authorization_code',
      code: left!.searchParams.get('code')!,
      code_verifier: flow.verifier,
    };
    const redeemed = () => client.token({ ...form, redirect_uri: client.redirectUri });
    const { json } = await meanwhile(redeemed, 'for key share', {
      before: (tx) => hold(tx, client.id),
      after: (tx) => change(tx, { userId, clientId: client.id }),
    });
    const { status } = await post('/oidc/userinfo', {}, { authorization: `Bearer ${json.access_token}` });
    expect(status).toBe(401);
    const renewed = await client.token({ grant_type: 'refresh_token', refresh_token: json.refresh_token ?? 'none' });
    expect(renewed.json.error).toBe('invalid_grant');
  });

  test('by nothing but another name gets its token', async () => {
    const client = await registerClient({ grantTypes });
    const { status } = await meanwhile(() => withClientCredentials(client), 'for key share', {
      before: (tx) => hold(tx, client.id),
      after: (tx) => tx.update(clients).set({ name: 'Renamed' }).where(eq(clients.id, client.id)),
    });
    expect(status).toBe(200);
  });
});

describe.runIf(config.databaseUrl)('whoever changes a client waits for what is being given to it', () => {
  const toKeys = async (id: string) => {
    const jwks = JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: randomToken(), alg: 'EdDSA' }] });
    const fields = { ...clientFields((await readClient(id))!), authMethod: 'private_key_jwt', jwks };
    return runOperation(updateClient, { ...settingsFrom(fields), id });
  };
  test.each<[string, (id: string) => Promise<{ ok: boolean }>]>([
    ['another secret', (id) => runOperation(rotateSecret, { id })],
    ['keys instead', toKeys],
    ['none of it', (id) => runOperation(deleteClient, { id })],
  ])('%s', async (_, change) => {
    const { client } = await registerClient({ grantTypes });
    const none = { grantHash: null, uidHash: null, userCodeHash: null, userId: null, sessionId: null, expiresAt: null };
    const token = { ...none, idHash: 'x', model: 'ClientCredentials', keyId: 'x', payload: new Uint8Array(1) };
    const values = { ...token, clientId: client.id, ...authenticatedAs(client), sids: '{}', usesGrant: false };
    const changed = await meanwhile(() => change(client.id), '"clients"', {
      before: async (tx) => expect(await upsertArtifact(tx, values)).toEqual([{ isAuthenticated: true, isLive: true }]),
    });
    expect(changed.ok).toBe(true);
    expect(await tokens()).toBe(0);
  });

  test('a change of the settings does not bring back the secret that was replaced meanwhile', async () => {
    const { client } = await registerClient({ grantTypes });
    const secretHash = hashToken(randomToken());
    const settings = settingsFrom({ ...clientFields((await readClient(client.id))!), name: 'Renamed' });
    await meanwhile(() => runOperation(updateClient, { ...settings, id: client.id }), 'from "clients"', {
      before: (tx) => tx.update(clients).set({ secretHash }).where(eq(clients.id, client.id)),
    });
    const [now] = await db.select().from(clients).where(eq(clients.id, client.id));
    expect(now).toMatchObject({ name: 'Renamed', secretHash });
  });
});

describe.runIf(config.databaseUrl)('an answer that comes too late is none, keeps nothing, and says what to do', () => {
  const heldUser = (id: string) => (tx: Db) => tx.select().from(users).where(eq(users.id, id)).for('update');
  const endSessions = (id: string) => (tx: Db) => tx.delete(sessions).where(eq(sessions.userId, id));

  test('consent in a session that has ended', async () => {
    const [{ browser, userId }, client] = [await seedPerson(), await registerClient({ firstParty: false })];
    const { uid } = await visit(browser, (await client.begin()).url);
    const allowed = () => act(browser, decide, { uid: uid!, decision: 'allow' });
    const { state, to } = await meanwhile(allowed, 'for no key update', {
      before: heldUser(userId),
      after: endSessions(userId),
    });
    expect([state, to]).toEqual([expect.objectContaining({ status: 'failed', needsSignIn: true }), undefined]);
    expect(await db.$count(grants)).toBe(0);
    expect(await db.$count(auditEvents, eq(auditEvents.type, 'client.consented'))).toBe(0);
  });

  test('a choice of account in a session that has ended', async () => {
    const [{ browser, userId }, client] = [await seedPerson(), await registerClient()];
    await db.update(sessions).set({ authTime: new Date(Date.now() - 60_000) });
    const { uid } = await visit(browser, (await client.begin({ prompt: 'select_account' })).url);
    const stayed = () => act(browser, stay, { uid: uid! });
    const { state, to } = await meanwhile(stayed, 'insert into "oidc_artifacts"', {
      before: (tx) => tx.select().from(sessions).where(eq(sessions.userId, userId)).for('update'),
      after: endSessions(userId),
    });
    expect([state, to]).toEqual([expect.objectContaining({ status: 'failed', needsSignIn: true }), undefined]);
  });

  test('consent to a request that another window has gone on with', async () => {
    const [{ browser, userId }, client] = [await seedPerson(), await registerClient({ firstParty: false })];
    const { uid } = await visit(browser, (await client.begin()).url);
    const allowed = () => act(browser, decide, { uid: uid!, decision: 'allow' });
    const { state, to } = await meanwhile(allowed, 'for no key update', {
      before: heldUser(userId),
      after: (tx) => tx.delete(oidcArtifacts).where(eq(oidcArtifacts.model, 'Interaction')),
    });
    expect([state, to]).toEqual([
      expect.objectContaining({ message: expect.stringContaining('start again') }),
      undefined,
    ]);
  });
});
