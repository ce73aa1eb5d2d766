import { setTimeout } from 'node:timers/promises';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect, test, vi } from 'vitest';
import { config } from '@/lib/config';
import { Browser } from '@/tests/helpers/browser';
import { seedPerson } from '@/tests/helpers/people';
import { callProvider, post, visit } from '@/tests/helpers/relying-party';
import { authorize, conformanceClient, type Mode, redeem, userinfo, wholeFlow } from './plan';

/** What is told of somebody whose browser says no language. */
const profile = ['name', 'given_name', 'family_name', 'preferred_username', 'updated_at'];

/** The modules of the Basic plan under their own names; the Form Post plan runs the same with another response mode. */
export function basicModules(mode: Mode) {
  test('oidcc-server', async () => {
    const { tokens, person } = await wholeFlow(mode);
    expect(await userinfo(tokens.access_token)).toMatchObject({ sub: person.userId });
  });

  test('oidcc-response-type-missing', async () => {
    const person = await seedPerson();
    const { answer, flow } = await authorize(await conformanceClient(), person, mode, { response_type: undefined });
    expect(answer).toMatchObject({ error: 'invalid_request', state: flow.state });
  });

  test('oidcc-idtoken-signature', async () => {
    const { tokens, client } = await wholeFlow(mode);
    const keys = await (await callProvider(`${config.publicUrl}/oidc/jwks`)).json();
    const { protectedHeader } = await jwtVerify(tokens.id_token, createLocalJWKSet(keys), {
      audience: client.id,
      issuer: config.publicUrl,
    });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
  });

  test('oidcc-idtoken-unsigned', async () => {
    const discovery = await (await callProvider(`${config.publicUrl}/.well-known/openid-configuration`)).json();
    expect(discovery.id_token_signing_alg_values_supported, 'not offered, so the suite skips it').not.toContain('none');
  });

  test('oidcc-userinfo-get', async () => {
    const { tokens, person } = await wholeFlow(mode);
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const answer = await callProvider(`${config.publicUrl}/oidc/userinfo`, { headers });
    expect([answer.headers.get('content-type'), (await answer.json()).sub]).toEqual([
      expect.stringContaining('application/json'),
      person.userId,
    ]);
  });

  test('oidcc-userinfo-post-header', async () => {
    const { tokens, person } = await wholeFlow(mode);
    expect((await userinfo(tokens.access_token)).sub).toBe(person.userId);
  });

  test('oidcc-userinfo-post-body', async () => {
    const { tokens, person } = await wholeFlow(mode);
    expect((await post('/oidc/userinfo', { access_token: tokens.access_token })).json.sub).toBe(person.userId);
  });

  test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
    const { tokens } = await wholeFlow(mode, { nonce: undefined });
    expect(tokens.claims.nonce).toBeUndefined();
  });

  test.each([
    ['profile', profile],
    ['email', ['email', 'email_verified']],
    ['address', []],
    ['phone', []],
    ['all', [...profile, 'email', 'email_verified']],
  ])('oidcc-scope-%s', async (scope, expected) => {
    const scopes = scope === 'all' ? 'openid profile email address phone' : `openid ${scope}`;
    const { tokens } = await wholeFlow(mode, { scope: scopes });
    const { sub, acr, amr, auth_time, ...claims } = await userinfo(tokens.access_token);
    expect(Object.keys(claims).sort()).toEqual([...expected].sort());
  });

  test('oidcc-alternate-happy-flow', async () => {
    const redirectUris = [
      'https://client.example.com/callback?dummy1=lorem&dummy2=ipsum',
      'https://client.example.com/other',
    ];
    const { answered } = await wholeFlow(mode, { scope: 'openid' }, { redirectUris });
    expect(answered.answer).toMatchObject({ state: answered.flow.state });
  });

  test.each(['page', 'popup'])('oidcc-display-%s', async (display) => {
    await wholeFlow(mode, { display });
  });

  test('oidcc-prompt-login', async () => {
    const { person, client, tokens } = await wholeFlow(mode);
    await setTimeout(2100);
    const again = await redeem(client, await authorize(client, person, mode, { prompt: 'login' }));
    expect(again.claims.sub).toBe(tokens.claims.sub);
    expect(Number(again.claims.auth_time)).toBeGreaterThan(Number(tokens.claims.auth_time));
  });

  test('oidcc-prompt-none-not-logged-in', async () => {
    const stranger = { ...(await seedPerson()), browser: new Browser() };
    const { answer } = await authorize(await conformanceClient(), stranger, mode, { prompt: 'none' });
    expect(answer.error).toBe('login_required');
  });

  test('oidcc-prompt-none-logged-in', async () => {
    const { person, client, tokens } = await wholeFlow(mode);
    const again = await redeem(client, await authorize(client, person, mode, { prompt: 'none' }));
    expect([again.claims.sub, again.claims.auth_time]).toEqual([tokens.claims.sub, tokens.claims.auth_time]);
  });

  test('oidcc-max-age-1', async () => {
    const { person, client, tokens } = await wholeFlow(mode);
    await setTimeout(2100);
    const again = await redeem(client, await authorize(client, person, mode, { max_age: '1' }));
    expect(Number(again.claims.auth_time)).toBeGreaterThan(Number(tokens.claims.auth_time));
  });

  test('oidcc-max-age-10000', async () => {
    const { person, client, tokens } = await wholeFlow(mode, { max_age: '15000' });
    const again = await redeem(client, await authorize(client, person, mode, { max_age: '10000' }));
    expect(again.claims.auth_time).toBe(tokens.claims.auth_time);
  });

  test('oidcc-ensure-request-with-unknown-parameter-succeeds', async () => {
    await wholeFlow(mode, { extra: 'foobar' });
  });

  test('oidcc-id-token-hint', async () => {
    const { person, client, tokens } = await wholeFlow(mode);
    const hinted = { prompt: 'none', id_token_hint: tokens.id_token };
    expect((await redeem(client, await authorize(client, person, mode, hinted))).claims.sub).toBe(tokens.claims.sub);
  });

  test.each([
    ['login-hint', { login_hint: 'bob@example.com' }],
    ['ui-locales', { ui_locales: 'se' }],
    ['claims-locales', { claims_locales: 'se' }],
    ['ensure-request-with-acr-values-succeeds', { acr_values: '1 2' }],
  ])('oidcc-%s', async (_, parameters) => {
    await wholeFlow(mode, parameters);
  });

  test.each([
    ['oidcc-codereuse', 0],
    ['oidcc-codereuse-30seconds', 30_000],
  ])('%s', async (_, pause) => {
    const { client, tokens } = await wholeFlow(mode);
    vi.setSystemTime(Date.now() + pause);
    expect((await client.token(tokens.form)).json.error).toBe('invalid_grant');
    expect((await post('/oidc/userinfo', {}, { authorization: `Bearer ${tokens.access_token}` })).status).toBe(401);
  });

  test('oidcc-ensure-registered-redirect-uri', async () => {
    const { status, left } = await authorize(await conformanceClient(), await seedPerson(), mode, {
      redirect_uri: 'https://client.example.com/x',
    });
    expect([status, left]).toEqual([400, undefined]);
  });

  test('oidcc-ensure-post-request-succeeds', async () => {
    const person = await seedPerson();
    const client = await conformanceClient();
    const { url } = await client.begin(mode === 'form_post' ? { response_mode: mode } : {});
    const { left, text } = await visit(person.browser, '/oidc/authorize', Object.fromEntries(url.searchParams));
    expect(left?.searchParams.get('code') ?? text).toMatch(mode === 'form_post' ? /name="code"/ : /.{20}/);
  });

  test('oidcc-server-client-secret-post', async () => {
    const { client, person } = await wholeFlow(mode, {}, { authMethod: 'client_secret_post' });
    const { answer } = await authorize(client, person, mode);
    const form = { grant_type: 'authorization_code', code: answer.code!, redirect_uri: client.redirectUri };
    const proven = await post('/oidc/token', { ...form, client_id: client.id, client_secret: client.secret });
    expect(proven.json.id_token).toBeTruthy();
  });

  test.each([
    [
      'request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
      { request_uri: 'https://client.example.com/r' },
      'request_uri_not_supported',
    ],
    [
      'unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
      { request: 'eyJhbGciOiJub25lIn0.e30.' },
      'request_not_supported',
    ],
    ['ensure-request-object-with-redirect-uri', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
  ])('oidcc-%s', async (_, parameters, error) => {
    const { answer } = await authorize(await conformanceClient(), await seedPerson(), mode, parameters);
    expect(answer.error).toBe(error);
  });

  test('oidcc-claims-essential', async () => {
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } });
    const { tokens, person } = await wholeFlow(mode, { scope: 'openid', claims });
    expect((await userinfo(tokens.access_token)).name).toBe(person.user.name);
  });

  test('oidcc-refresh-token', async () => {
    const { client, tokens } = await wholeFlow(mode, { scope: 'openid offline_access', prompt: 'consent' });
    const renewed = await client.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    expect([renewed.status, renewed.json.access_token === tokens.access_token]).toEqual([200, false]);
    const second = await conformanceClient();
    const stolen = await second.token({ grant_type: 'refresh_token', refresh_token: renewed.json.refresh_token });
    expect(stolen.json.error).toBe('invalid_grant');
  });

  test('oidcc-ensure-request-with-valid-pkce-succeeds', async () => {
    const client = await conformanceClient();
    expect((await client.signIn((await seedPerson()).browser)).id_token).toBeTruthy();
  });
}
