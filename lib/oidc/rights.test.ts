import { eq } from 'drizzle-orm';
import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { describe, expect, test } from 'vitest';
import { decide } from '@/app/(sign-in)/interaction/actions';
import { db } from '@/db';
import { clientGroups, clients, grants, groupMembers, groups, sessions, users } from '@/db/schema';
import { deleteClient, newClientFields, rotateSecret, settingsFrom, updateClient } from '@/lib/clients';
import { runOperation } from '@/tests/helpers/operations';
import { seedPerson } from '@/tests/helpers/people';
import { act, post, type RelyingParty, registerClient, visit } from '@/tests/helpers/relying-party';

type SignIn = Awaited<ReturnType<typeof signedIn>>;
const all = ['openid', 'profile', 'email', 'groups', 'offline_access'];
const basicOf = (client: RelyingParty) => ({
  authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`,
});

/** Somebody in a group who has signed in to a client with a synced passkey: a code not redeemed yet, and tokens. */
async function signedIn(columns: Parameters<typeof registerClient>[0] = {}) {
  const person = await seedPerson();
  await db.update(sessions).set({ acr: 'phr' }).where(eq(sessions.userId, person.userId));
  const client = await registerClient(columns);
  const [group] = await db.insert(groups).values({ name: 'Board' }).returning();
  await db.insert(groupMembers).values({ groupId: group!.id, userId: person.userId });
  await db.insert(clientGroups).values({ clientId: client.id, groupId: group!.id });
  const grant = { userId: person.userId, clientId: client.id, scopes: all, claims: ['email'] };
  if (!client.client.firstParty) await db.insert(grants).values(grant);

  const scope = 'openid profile email groups';
  const flow = await client.begin({ scope, claims: JSON.stringify({ userinfo: { email: null } }) });
  const tokens = await client.signIn(person.browser, { scope, claims: flow.url.searchParams.get('claims')! });
  const { left } = await visit(person.browser, flow.url);
  const code = left!.searchParams.get('code')!;
  const form = { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri };
  return { ...person, client, group: group!, tokens, form: { ...form, code_verifier: flow.verifier } };
}

/** What the client is told and given at each of the four places, by what was handed out before. */
async function introspectAgain({ client, tokens, form }: SignIn) {
  const bearer = { authorization: `Bearer ${tokens.access_token}` };
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! };
  return {
    userinfo: await post('/oidc/userinfo', {}, bearer),
    introspection: await post('/oidc/introspect', { token: tokens.access_token }, basicOf(client)),
    ofRefreshToken: await post('/oidc/introspect', { token: tokens.refresh_token! }, basicOf(client)),
    issue: await client.token(form),
    refresh: await client.token(refresh),
  };
}

const alter = (columns: Partial<typeof clients.$inferInsert>) => (signIn: SignIn) =>
  db.update(clients).set(columns).where(eq(clients.id, signIn.client.id));

describe('what is taken away is had no more, from the next request on', () => {
  const refused: [string, Parameters<typeof registerClient>[0], (signIn: SignIn) => Promise<unknown>][] = [
    ['the app is not ours any more, and nobody was asked', {}, alter({ firstParty: false })],
    ['a passkey that stays on one device is demanded', {}, alter({ demandedAcr: 'phrh' })],
    ['the person left the groups of the app', {}, () => db.delete(groupMembers)],
    [
      'the app is for another group now',
      {},
      async ({ client }) => {
        const [other] = await db.insert(groups).values({ name: 'Staff' }).returning();
        await db.update(clientGroups).set({ groupId: other!.id }).where(eq(clientGroups.clientId, client.id));
      },
    ],
    [
      'the person is disabled',
      {},
      ({ userId }) => db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId)),
    ],
    ['consent is gone', { firstParty: false }, () => db.delete(grants)],
    ['the session is over its limit', {}, () => db.update(sessions).set({ endsAt: new Date(Date.now() - 1000) })],
  ];
  test.each(refused)('when %s', async (_, columns, change) => {
    const signIn = await signedIn(columns);
    await change(signIn);
    const { userinfo, introspection, ofRefreshToken, issue, refresh } = await introspectAgain(signIn);
    expect([userinfo.status, introspection.json, ofRefreshToken.json]).toEqual([
      401,
      { active: false },
      { active: false },
    ]);
    expect([issue.status, issue.json.error]).toEqual([400, 'invalid_grant']);
    expect([refresh.status, refresh.json.error]).toEqual([400, 'invalid_grant']);
  });

  const cut: [string, Parameters<typeof registerClient>[0], (signIn: SignIn) => Promise<unknown>][] = [
    ['the app may know nothing but who it is', {}, alter({ scopes: ['openid'] })],
    ['consent is narrower', { firstParty: false }, () => db.update(grants).set({ scopes: ['openid'], claims: [] })],
    [
      'the app is not ours any more, and was let have less',
      {},
      async (signIn) => {
        await alter({ firstParty: false })(signIn);
        const { userId, client } = signIn;
        await db.insert(grants).values({ userId, clientId: client.id, scopes: ['openid'], claims: [] });
      },
    ],
  ];
  test.each(cut)('or cut, when %s', async (_, columns, change) => {
    const signIn = await signedIn(columns);
    expect(Object.keys(signIn.tokens.claims()!)).toEqual(expect.arrayContaining(['name', 'email', 'groups']));
    await change(signIn);
    const { userinfo, introspection, ofRefreshToken, issue, refresh } = await introspectAgain(signIn);
    expect(userinfo.json).toEqual({ sub: signIn.userId });
    expect([introspection.json, ofRefreshToken.json]).toMatchObject(Array(2).fill({ active: true, scope: 'openid' }));
    for (const { json } of [issue, refresh]) {
      expect(json.scope).toBe('openid');
      const claims = decodeJwt(json.id_token);
      for (const claim of ['name', 'email', 'email_verified', 'groups']) expect(claims).not.toHaveProperty(claim);
      const again = await post('/oidc/userinfo', {}, { authorization: `Bearer ${json.access_token}` });
      expect(again.json).toEqual({ sub: signIn.userId });
    }
  });

  test('and had again when it is given back', async () => {
    const signIn = await signedIn();
    await alter({ scopes: ['openid'], demandedAcr: 'phrh' })(signIn);
    expect(
      (await post('/oidc/introspect', { token: signIn.tokens.access_token }, basicOf(signIn.client))).json,
    ).toEqual({
      active: false,
    });
    await alter({ scopes: all, demandedAcr: 'phr' })(signIn);
    const { userinfo, refresh } = await introspectAgain(signIn);
    expect([userinfo.json.email, decodeJwt(refresh.json.id_token).email]).toEqual([signIn.email, signIn.email]);
  });

  test('while a sign-in waits: consent is asked once, for what is left', async () => {
    const person = await seedPerson();
    const client = await registerClient({ firstParty: false });
    const flow = await client.begin({ claims: JSON.stringify({ id_token: { groups: null } }) });
    const { uid } = await visit(person.browser, flow.url);
    await db.update(clients).set({ scopes: ['openid', 'profile'] });
    const { to } = await act(person.browser, decide, { uid: uid!, decision: 'allow' });
    const { left } = await visit(person.browser, to!);
    const tokens = await client.redeem(left!, flow);
    expect(tokens.scope).toBe('openid profile');
    expect(await db.select({ scopes: grants.scopes, claims: grants.claims }).from(grants)).toEqual([
      { scopes: ['openid', 'profile'], claims: [] },
    ]);
  });
});

describe('a claim that is asked by name is given only if its scope is the client’s (Core §5.5)', () => {
  const wanted = { email: null, name: { essential: true }, groups: null, email_verified: null };
  const claims = JSON.stringify({ id_token: wanted, userinfo: wanted });

  async function have(client: RelyingParty, parameters: Record<string, string>) {
    const person = await seedPerson();
    const [group] = await db.insert(groups).values({ name: 'Board' }).returning();
    await db.insert(groupMembers).values({ groupId: group!.id, userId: person.userId });
    const flow = await client.begin(parameters);
    const at = await visit(person.browser, flow.url);
    const interaction = at.uid
      ? (await act(person.browser, decide, { uid: at.uid, decision: 'allow' })).to!
      : undefined;
    const { left } = interaction ? await visit(person.browser, interaction) : at;
    const tokens = await client.redeem(left!, flow);
    const { json } = await post('/oidc/userinfo', {}, { authorization: `Bearer ${tokens.access_token}` });
    const { json: renewed } = await client.token({
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token!,
    });
    const names = (from: object) => Object.keys(from).filter((name) => name in wanted);
    return [tokens.claims()!, json, decodeJwt(renewed.id_token)].map((from) => names(from).sort());
  }

  test.each([
    [true, ['openid'], []],
    [false, ['openid'], []],
    [true, ['openid', 'email'], ['email', 'email_verified']],
    [false, ['openid', 'groups', 'profile'], ['groups', 'name']],
  ])('ours: %s, with %j', async (firstParty, scopes, expected) => {
    const client = await registerClient({ scopes, firstParty });
    expect(await have(client, { scope: 'openid', claims })).toEqual(Array(3).fill(expected));
  });

  test('and, where people are asked, only if it was let have it', async () => {
    const person = await seedPerson();
    const client = await registerClient({ firstParty: false });
    await db.insert(grants).values({ userId: person.userId, clientId: client.id, scopes: ['openid'], claims: [] });
    expect((await visit(person.browser, (await client.begin({ scope: 'openid', claims })).url)).page).toBe('Consent');
    const quiet = await visit(person.browser, (await client.begin({ scope: 'openid', claims, prompt: 'none' })).url);
    expect(quiet.left!.searchParams.get('error')).toBe('consent_required');
  });

  test('and what the claims of every sign-in tell is nobody’s to ask', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient({ scopes: ['openid'] });
    const claims = JSON.stringify({ id_token: { acr: null, auth_time: { essential: true } } });
    expect((await client.signIn(browser, { scope: 'openid', claims })).claims()).toMatchObject({ acr: 'phrh' });
  });
});

test('a client has no scope of its own making (client credentials)', async () => {
  const client = await registerClient({ grantTypes: ['client_credentials'], redirectUris: [], scopes: ['openid'] });
  const { json } = await client.token({ grant_type: 'client_credentials', scope: 'admin openid' });
  expect(json).toMatchObject({ access_token: expect.any(String) });
  expect(json.scope ?? '').not.toContain('admin');
  const looked = await post('/oidc/introspect', { token: json.access_token }, basicOf(client));
  expect(looked.json.scope ?? '').not.toContain('admin');
});

describe('what a client has for itself is worth what the client has now (client credentials)', () => {
  const _actor = { userId: crypto.randomUUID() };
  const machine = {
    grantTypes: ['client_credentials'],
    redirectUris: [],
    scopes: ['openid', 'profile', 'email'],
  } satisfies Parameters<typeof registerClient>[0];

  /** A token of a client's own, looked at by an API after something was done to the client. */
  async function changed(change: (client: RelyingParty) => Promise<unknown>) {
    const [client, api] = [await registerClient(machine), await registerClient()];
    const { json } = await client.token({ grant_type: 'client_credentials', scope: 'openid profile email' });
    const introspect = async () => (await post('/oidc/introspect', { token: json.access_token }, basicOf(api))).json;
    expect(await introspect()).toMatchObject({ active: true, scope: 'openid profile email' });
    await change(client);
    return introspect();
  }
  const set = (columns: Partial<typeof clients.$inferInsert>) => (client: RelyingParty) =>
    db.update(clients).set(columns).where(eq(clients.id, client.id));

  test('a scope that was taken from it is told no more', async () => {
    expect(await changed(set({ scopes: ['openid', 'email'] }))).toMatchObject({ active: true, scope: 'openid email' });
  });

  test.each([
    [
      '“For itself” is taken from it',
      set({ grantTypes: ['authorization_code'], redirectUris: ['https://a.example/'] }),
    ],
    ['it is deleted', ({ id }: RelyingParty) => runOperation(deleteClient, { id })],
    ['it gets another secret', ({ id }: RelyingParty) => runOperation(rotateSecret, { id })],
    [
      'it proves itself in another way',
      async ({ id }: RelyingParty) => {
        const form = { ...newClientFields, name: 'Robot', authorizationCode: undefined };
        const keys = { keys: [await exportJWK((await generateKeyPair('ES256')).publicKey)] };
        const way = { authMethod: 'private_key_jwt', jwks: JSON.stringify(keys), clientCredentials: 'on' };
        return runOperation(updateClient, { ...settingsFrom({ ...form, ...way }), id });
      },
    ],
  ])('it is worth nothing when %s', async (_, change) => {
    expect(await changed(change)).toEqual({ active: false });
  });
});
