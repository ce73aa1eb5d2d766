import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { db } from '@/db';
import { sessions, signingKeys } from '@/db/schema';
import { config } from '@/lib/config';
import { rotateKeys } from '@/lib/signing-keys';
import { DAYS, HOURS } from '@/lib/time';
import { runOperation } from '@/tests/helpers/operations';
import { seedPerson } from '@/tests/helpers/people';
import { callProvider, registerClient, visit } from '@/tests/helpers/relying-party';

const read = async (path: string, headers: Record<string, string> = {}) => {
  const response = await callProvider(config.publicUrl + path, { headers });
  return { response, json: await response.json() };
};
const jwks = async () => (await read('/oidc/jwks')).json as { keys: Record<string, string>[] };

describe('discovery (H15)', () => {
  test('is complete and true, and the same at both addresses', async () => {
    const { json } = await read('/.well-known/openid-configuration');
    expect((await read('/.well-known/oauth-authorization-server')).json).toEqual(json);
    const at = (path: string) => `${config.publicUrl}/oidc/${path}`;
    expect(json).toMatchObject({
      issuer: config.publicUrl,
      authorization_endpoint: at('authorize'),
      token_endpoint: at('token'),
      userinfo_endpoint: at('userinfo'),
      jwks_uri: at('jwks'),
      end_session_endpoint: at('logout'),
      introspection_endpoint: at('introspect'),
      revocation_endpoint: at('revoke'),
      pushed_authorization_request_endpoint: at('par'),
      device_authorization_endpoint: at('device-authorization'),
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      subject_types_supported: ['public', 'pairwise'],
      authorization_response_iss_parameter_supported: true,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      request_uri_parameter_supported: false,
      acr_values_supported: ['phrh', 'phr', 'aal2', 'aal1'],
    });
    expect(json.id_token_signing_alg_values_supported.sort()).toEqual(['ES256', 'RS256']);
    expect(json.grant_types_supported.sort()).toEqual([
      'authorization_code',
      'client_credentials',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
    ]);
    expect(json.request_parameter_supported ?? false, 'off (H20)').toBe(false);
    expect(json.registration_endpoint, 'off (H25)').toBeUndefined();
    expect(json.claims_supported).toEqual(
      expect.arrayContaining(['sub', 'name', 'email', 'email_verified', 'groups', 'acr', 'amr', 'auth_time', 'sid']),
    );
  });

  test.each([
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example', 'x-forwarded-port': '444' },
    { forwarded: 'host=evil.example;proto=https' },
  ])('does not believe %j', async (headers: Record<string, string | undefined>) => {
    const { json } = await read('/.well-known/openid-configuration', headers as Record<string, string>);
    expect(JSON.stringify(json)).not.toContain('evil');
    expect(json.token_endpoint).toBe(`${config.publicUrl}/oidc/token`);
  });

  test('may be read from any page, and nothing may be sniffed or framed from it', async () => {
    const { response } = await read('/.well-known/openid-configuration', { origin: 'https://app.example.com' });
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('the signing keys (H16)', () => {
  test('are of both kinds from the start, with public members only and unique ids', async () => {
    const { keys } = await jwks();
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256']);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(2);
    for (const key of keys)
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret);
  });

  test('are encrypted in the table', async () => {
    await jwks();
    for (const { privateJwk } of await db.select().from(signingKeys))
      expect(Buffer.from(privateJwk).toString()).not.toContain('"d"');
  });

  test('each client has the algorithm that it chose (H13)', async () => {
    const { browser } = await seedPerson();
    for (const signingAlg of ['RS256', 'ES256'] as const) {
      const client = await registerClient({ signingAlg });
      expect(decodeProtectedHeader((await client.signIn(browser)).id_token!).alg).toBe(signingAlg);
    }
  });

  test('rotate in the middle of a flow: published, then signing, then retired, and no token breaks', async () => {
    const { browser } = await seedPerson();
    await db.update(sessions).set({ endsAt: new Date(Date.now() + 1 * DAYS * 1000) });
    const client = await registerClient();
    const first = (await client.signIn(browser)).id_token!;
    const flow = await client.begin();
    const { left } = await visit(browser, flow.url);
    await runOperation(rotateKeys, { compromised: false });
    expect((await jwks()).keys, 'published beside the old').toHaveLength(4);
    const before = (await client.redeem(left!, flow)).id_token!;
    expect(decodeProtectedHeader(before).kid, 'not signing yet').toBe(decodeProtectedHeader(first).kid);

    vi.setSystemTime(Date.now() + 1.1 * HOURS * 1000);
    const after = (await client.signIn(browser)).id_token!;
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(first).kid);
    const known = createLocalJWKSet((await jwks()) as never);
    for (const token of [first, before, after])
      await jwtVerify(token, known, { currentDate: new Date(Date.now() - 1.05 * HOURS * 1000) });

    vi.setSystemTime(Date.now() + (config.sessionMax + 2 * HOURS) * 1000);
    const kids = (await jwks()).keys.map(({ kid }) => kid);
    expect([kids.length, kids.includes(decodeProtectedHeader(first).kid)]).toEqual([2, false]);
  });

  test('rotate by themselves after ninety days', async () => {
    const kids = new Set((await jwks()).keys.map(({ kid }) => kid));
    vi.setSystemTime(Date.now() + 91 * DAYS * 1000);
    expect((await jwks()).keys.filter(({ kid }) => !kids.has(kid!))).toHaveLength(2);
  });

  test('that leaked are gone at once, and what they signed is worth nothing', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient();
    const token = (await client.signIn(browser)).id_token!;
    await runOperation(rotateKeys, { compromised: true });
    await expect(jwtVerify(token, createLocalJWKSet((await jwks()) as never))).rejects.toThrow();
    expect((await client.signIn(browser)).id_token).toBeTruthy();
  });

  test('are made once by instances that start together', async () => {
    const { listKeys } = await import('@/lib/signing-keys');
    await Promise.all([listKeys(), listKeys(), listKeys()]);
    expect(await db.$count(signingKeys)).toBe(2);
  });
});
