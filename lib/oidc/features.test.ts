import * as openid from 'openid-client';
import { describe, expect, test, vi } from 'vitest';
import { answer } from '@/app/(sign-in)/device/actions';
import { decide } from '@/app/(sign-in)/interaction/actions';
import { db } from '@/db';
import { oidcArtifacts } from '@/db/schema';
import { config } from '@/lib/config';
import { deviceDonePath, deviceOutcome } from '@/lib/oidc';
import { steadyDigest } from '@/lib/vault';
import { seedPerson } from '@/tests/helpers/people';
import { act, callProvider, post, registerClient, visit } from '@/tests/helpers/relying-party';
import { adapterFor } from './adapter';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

describe('a device without a browser (RFC 8628)', () => {
  async function device(columns = {}) {
    const client = await registerClient({
      authMethod: 'none',
      grantTypes: [DEVICE, 'refresh_token'],
      redirectUris: [],
      ...columns,
    });
    const started = await post('/oidc/device-authorization', { client_id: client.id, scope: 'openid profile' });
    const form = { grant_type: DEVICE, device_code: started.json.device_code, client_id: client.id };
    const poll = (after = 5) => {
      vi.setSystemTime(Date.now() + after * 1000);
      return post('/oidc/token', form);
    };
    return { client, ...started.json, poll } as {
      client: typeof client;
      user_code: string;
      verification_uri: string;
      interval: number;
      poll: typeof poll;
    };
  }

  test('shows a code, waits, and is signed in once the person allowed it', async () => {
    const { browser, userId } = await seedPerson();
    const { poll, user_code, verification_uri } = await device();
    expect(verification_uri).toBe(`${config.publicUrl}/oidc/device`);
    expect((await visit(browser, verification_uri)).page).toBe('/device');
    expect((await poll()).json.error).toBe('authorization_pending');
    const { to } = await act(browser, answer, { user_code, decision: 'allow' });
    expect((await visit(browser, to!)).page).toBe(deviceDonePath('allowed'));
    const { json } = await poll();
    expect(JSON.parse(Buffer.from(json.id_token.split('.')[1], 'base64url').toString()).sub).toBe(userId);
    expect((await poll()).json.error, 'once').toBe('invalid_grant');
  });

  test('its code is kept as a digest that takes a key of ours: it is short enough to be tried through', async () => {
    const { user_code } = await device();
    const [stored] = await db.select({ digest: oidcArtifacts.userCodeHash }).from(oidcArtifacts);
    const code = user_code.replace('-', '');
    expect(stored?.digest).toBe((await steadyDigest('user-code', code)).toString('base64url'));
  });

  test('is told how often to ask, and to slow down where it asks sooner, by whichever instance (§3.2, §3.5)', async () => {
    const { browser } = await seedPerson();
    const { poll, user_code, interval } = await device();
    expect(interval).toBe(5);
    const answers = await Promise.all([1, 2, 3].map(() => poll(0)));
    const errors = answers.map(({ json }) => json.error).sort();
    expect(errors, 'of three at once one is answered').toEqual(['authorization_pending', 'slow_down', 'slow_down']);
    expect((await poll(2)).json.error).toBe('slow_down');
    expect((await poll(3)).json.error, 'five seconds after the last answer').toBe('authorization_pending');
    const { to } = await act(browser, answer, { user_code, decision: 'allow' });
    await visit(browser, to!);
    const early = await poll(1);
    expect([early.status, early.json.error]).toEqual([400, 'slow_down']);
    expect((await poll(4)).status, 'nothing is lost').toBe(200);
  });

  test('asks for consent where the client is not ours', async () => {
    const { browser } = await seedPerson();
    const { poll, user_code } = await device({ firstParty: false });
    const { to } = await act(browser, answer, { user_code, decision: 'allow' });
    const page = await visit(browser, to!);
    expect(page.page).toBe('Consent');
    const allowed = await act(browser, decide, { uid: page.uid!, decision: 'allow' });
    expect((await visit(browser, allowed.to!)).page).toBe(deviceDonePath('allowed'));
    expect((await poll()).status).toBe(200);
  });

  test('is refused, and hears of it', async () => {
    const { browser } = await seedPerson();
    const { poll, user_code } = await device();
    expect((await act(browser, answer, { user_code, decision: 'deny' })).to).toBe(deviceDonePath('refused'));
    expect((await poll()).json.error).toBe('access_denied');
  });

  test('with a wrong or an old code nothing is allowed', async () => {
    const { browser } = await seedPerson();
    const { user_code } = await device();
    expect((await act(browser, answer, { user_code: 'WRONG-CODE', decision: 'allow' })).state).toMatchObject({
      status: 'failed',
    });
    vi.setSystemTime(Date.now() + 700_000);
    expect((await act(browser, answer, { user_code, decision: 'allow' })).state).toMatchObject({ status: 'failed' });
  });
});

test('a pushed request is used once, by its client, and what it says cannot be changed in the address (RFC 9126)', async () => {
  const { browser } = await seedPerson();
  const client = await registerClient();
  const flow = await client.begin();
  const form = Object.fromEntries(flow.url.searchParams);
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  expect((await post('/oidc/par', form)).status, 'the client proves itself').toBe(401);
  expect((await post('/oidc/par', { ...form, redirect_uri: 'https://evil.example/' }, basic)).status).toBe(400);
  const pushed = await post('/oidc/par', form, basic);
  expect(pushed.status).toBe(201);
  const at = (id: string) =>
    `/oidc/authorize?${new URLSearchParams({ client_id: id, request_uri: pushed.json.request_uri })}`;
  const other = await registerClient();
  expect((await visit(browser, at(other.id))).status).toBe(400);
  const { left } = await visit(browser, at(client.id));
  expect((await client.redeem(left!, flow)).access_token).toBeTruthy();
  expect((await visit(browser, at(client.id))).left?.searchParams.get('code') ?? null, 'again').toBeNull();
});

test('a pushed request that is opened several times at once is answered once, and else as one that was used', async () => {
  const { browser } = await seedPerson();
  const client = await registerClient();
  const form = Object.fromEntries((await client.begin()).url.searchParams);
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  const { request_uri } = (await post('/oidc/par', form, basic)).json;
  const at = `/oidc/authorize?${new URLSearchParams({ client_id: client.id, request_uri })}`;
  const landed = await Promise.all(Array.from({ length: 6 }, () => visit(browser.copy(), at)));
  const errors = landed.map(({ left, status }) => left?.searchParams.get('error') ?? (left ? 'code' : status));
  expect(errors.filter((one) => one === 'code')).toHaveLength(1);
  expect(errors).not.toContain('invalid_grant');

  const adapter = adapterFor('PushedAuthorizationRequest');
  await expect(adapter.consume(request_uri.split(':').at(-1))).rejects.toMatchObject({ error: 'invalid_request_uri' });
});

test('a token that is bound to a key is worth nothing without it (DPoP, RFC 9449)', async () => {
  const { browser } = await seedPerson();
  const client = await registerClient();
  const flow = await client.begin();
  const { left } = await visit(browser, flow.url);
  const settings = await client.discover();
  const DPoP = openid.getDPoPHandle(settings, await openid.randomDPoPKeyPair('ES256'));
  const checks = { pkceCodeVerifier: flow.verifier, expectedState: flow.state, expectedNonce: flow.nonce };
  const tokens = await openid.authorizationCodeGrant(settings, left!, checks, undefined, { DPoP });
  expect(tokens.token_type).toBe('dpop');
  const claims = await openid.fetchUserInfo(settings, tokens.access_token, tokens.claims()!.sub, { DPoP });
  expect(claims.sub).toBe(tokens.claims()!.sub);
  expect((await post('/oidc/userinfo', {}, { authorization: `Bearer ${tokens.access_token}` })).status).toBe(401);
  const thief = openid.getDPoPHandle(settings, await openid.randomDPoPKeyPair('ES256'));
  await expect(
    openid.fetchUserInfo(settings, tokens.access_token, tokens.claims()!.sub, { DPoP: thief }),
  ).rejects.toThrow();
});

test('userinfo takes a token in the header or the form, never in the address, and tells what the scopes allow (H14)', async () => {
  const { browser, userId, email } = await seedPerson();
  const client = await registerClient();
  const { access_token } = await client.signIn(browser, { scope: 'openid email' });
  const bearer = { authorization: `Bearer ${access_token}` };
  for (const answered of [await post('/oidc/userinfo', {}, bearer), await post('/oidc/userinfo', { access_token })]) {
    expect(answered.json).toMatchObject({ sub: userId, email, email_verified: true });
    expect(answered.json).not.toHaveProperty('name');
    expect(answered.headers.get('cache-control')).toBe('no-store');
  }
  const get = await callProvider(`${config.publicUrl}/oidc/userinfo`, { headers: bearer });
  expect((await get.json()).sub).toBe(userId);
  expect((await callProvider(`${config.publicUrl}/oidc/userinfo?access_token=${access_token}`)).status).toBe(400);
});

test('a pairwise client knows a person by a number of its own, always the same, at sign-out too (H12)', async () => {
  const { browser, userId } = await seedPerson();
  const client = await registerClient({ subjectType: 'pairwise' });
  const other = await registerClient({ subjectType: 'pairwise' });
  const [one, again, two] = [await client.signIn(browser), await client.signIn(browser), await other.signIn(browser)];
  expect(one.claims()!.sub).toBe(again.claims()!.sub);
  expect(new Set([one.claims()!.sub, two.claims()!.sub, userId]).size).toBe(3);
  const userinfo = await post('/oidc/userinfo', {}, { authorization: `Bearer ${one.access_token}` });
  expect(userinfo.json.sub).toBe(one.claims()!.sub);
  const hint = new URLSearchParams({ id_token_hint: one.id_token! });
  expect((await visit(browser, `/oidc/logout?${hint}`)).page).toBe('/signed-out');
});

test('a page of a client may call from the client’s own origin, and from no other', async () => {
  const client = await registerClient({ authMethod: 'none' });
  const ask = (origin: string) =>
    post('/oidc/token', { grant_type: 'authorization_code', client_id: client.id, code: 'x' }, { origin });
  expect((await ask(new URL(client.redirectUri).origin)).headers.get('access-control-allow-origin')).toBe(
    new URL(client.redirectUri).origin,
  );
  expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});

test('the page of a finished device tells what its signed address says, and nothing to others', () => {
  const parametersOf = (path: string) => Object.fromEntries(new URL(path, 'http://localhost').searchParams);
  for (const outcome of ['allowed', 'refused'] as const)
    expect(deviceOutcome(parametersOf(deviceDonePath(outcome)))).toBe(outcome);
  const { signature } = parametersOf(deviceDonePath('refused'));
  for (const wrong of [{}, { outcome: 'allowed' }, { outcome: 'allowed', signature }, { outcome: 'other', signature }])
    expect(deviceOutcome(wrong)).toBeUndefined();
});
