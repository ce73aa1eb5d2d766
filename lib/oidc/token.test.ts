import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { db } from '@/db';
import { auditEvents, oidcArtifacts } from '@/db/schema';
import { config } from '@/lib/config';
import { age, eventsOf } from '@/tests/helpers/database';
import { seedPerson } from '@/tests/helpers/people';
import { post, registerClient, visit } from '@/tests/helpers/relying-party';
import { withSettings } from '@/tests/setup/settings';

/** A code for a signed-in browser, with all that is needed to redeem it. */
async function authorized(columns: Parameters<typeof registerClient>[0] = {}) {
  const person = await seedPerson();
  const client = await registerClient(columns);
  const flow = await client.begin();
  const { left } = await visit(person.browser, flow.url);
  const code = left!.searchParams.get('code')!;
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUri,
    code_verifier: flow.verifier,
  };
  return { ...person, client, form };
}

const userinfo = (token: string) => post('/oidc/userinfo', {}, { authorization: `Bearer ${token}` });

describe('a code', () => {
  test.each([
    ['no verifier (H4)', { code_verifier: undefined }, 400, 'invalid_grant', 'code_verifier_must_be_provided'],
    [
      'a wrong verifier (H4)',
      { code_verifier: 'x'.repeat(43) },
      400,
      'invalid_grant',
      'code_verifier_does_not_match_code_challenge',
    ],
    [
      'another redirect_uri (H5)',
      { redirect_uri: 'https://evil.example/' },
      400,
      'invalid_grant',
      'authorization_code_redirect_uri_mismatch',
    ],
    ['no redirect_uri', { redirect_uri: undefined }, 400, 'invalid_request'],
    ['another code', { code: 'x'.repeat(43) }, 400, 'invalid_grant', 'authorization_code_not_found'],
    ['no code', { code: undefined }, 400, 'invalid_request'],
    ['a grant type that is off (H3)', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['a grant type that the client does not have', { grant_type: 'client_credentials' }, 400, 'invalid_request'],
  ])(
    'with %s is refused as JSON that nobody keeps (H24), and what was tried is written down (K1)',
    async (_, change, status, error, reason?: string) => {
      const { client, form } = await authorized();
      const fields = Object.entries({ ...form, ...change }).filter(
        (pair): pair is [string, string] => pair[1] !== undefined,
      );
      const answer = await client.token(Object.fromEntries(fields));
      expect([answer.status, answer.json.error]).toEqual([status, error]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const refused = (await db.select().from(auditEvents)).filter(({ type }) => type === 'client.grant-refused');
      expect(refused).toMatchObject(reason ? [{ clientId: client.id, reason, outcome: 'failure' }] : []);
    },
  );

  test('is redeemed by its own client only, with its own secret (H7)', async () => {
    const { client, form } = await authorized();
    const other = await registerClient();
    expect((await other.token(form)).json.error).toBe('invalid_grant');
    const wrong = `Basic ${Buffer.from(`${client.id}:${other.secret}`).toString('base64')}`;
    expect(await client.token(form, { authorization: wrong })).toMatchObject({
      status: 401,
      json: { error: 'invalid_client' },
    });
    const event = { type: 'client.auth-failure', outcome: 'failure', clientId: client.id };
    expect(await db.select().from(auditEvents)).toContainEqual(expect.objectContaining(event));
    const hash = `Basic ${Buffer.from(`${client.id}:${client.client.secretHash}`).toString('base64')}`;
    expect((await client.token(form, { authorization: hash })).status, 'the hash is no secret').toBe(401);
    expect((await client.token(form, { authorization: '' })).status).toBe(400);
    expect((await client.token(form)).status).toBe(200);
  });

  test('that somebody guesses fills no more of the audit than the share of one source (K1)', async () => {
    const { client, form } = await authorized();
    await withSettings({ RATE_LIMIT_SCALE: '0.1' }, async () => {
      for (let n = 0; n < 8; n += 1) await client.token({ ...form, code: 'x'.repeat(43) });
    });
    expect((await eventsOf()).filter(({ type }) => type === 'client.grant-refused')).toHaveLength(6);
  });

  test('lives a minute', async () => {
    const { client, form } = await authorized();
    vi.setSystemTime(Date.now() + 90_000);
    expect((await client.token(form)).json.error).toBe('invalid_grant');
  });

  test('redeemed twenty times at once is redeemed once at most, and what it gave ends (H5, H26)', async () => {
    const { client, form } = await authorized();
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.token(form)));
    const good = answers.filter(({ status }) => status === 200);
    expect(good.length).toBeLessThanOrEqual(1);
    for (const { status, json } of answers) if (status !== 200) expect(json.error).toBe('invalid_grant');
    for (const { json } of good) expect((await userinfo(json.access_token)).status).toBe(401);
  });

  test('replayed ends what it gave, and that is written down (H5)', async () => {
    const { client, form, userId } = await authorized();
    const { json } = await client.token(form);
    expect((await userinfo(json.access_token)).status).toBe(200);
    expect((await client.token(form)).json.error).toBe('invalid_grant');
    expect((await userinfo(json.access_token)).status).toBe(401);
    const refresh = { grant_type: 'refresh_token', refresh_token: json.refresh_token };
    expect((await client.token(refresh)).json.error).toBe('invalid_grant');
    const events = await db.select().from(auditEvents);
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['client.authorized', 'client.token-issued', 'client.replay']),
    );
    expect(events.find(({ type }) => type === 'client.authorized')).toMatchObject({
      clientId: client.id,
      subjectId: userId,
    });
  });
});

describe('a refresh token', () => {
  test('rotates; used again it ends the whole family (H6)', async () => {
    const { client, form } = await authorized();
    const first = (await client.token(form)).json;
    const second = (await client.token({ grant_type: 'refresh_token', refresh_token: first.refresh_token })).json;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await userinfo(second.access_token)).status).toBe(200);
    expect((await client.token({ grant_type: 'refresh_token', refresh_token: first.refresh_token })).json.error).toBe(
      'invalid_grant',
    );
    expect((await client.token({ grant_type: 'refresh_token', refresh_token: second.refresh_token })).json.error).toBe(
      'invalid_grant',
    );
    expect((await userinfo(second.access_token)).status).toBe(401);
  });

  test('used twenty times at once is used once at most', async () => {
    const { client, form } = await authorized();
    const { refresh_token } = (await client.token(form)).json;
    const tries = Array.from({ length: 20 }, () => client.token({ grant_type: 'refresh_token', refresh_token }));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    expect(statuses.filter((status) => status === 400).length).toBeGreaterThanOrEqual(19);
  });

  test('gives no more than it was given for, and only to its client', async () => {
    const { client, form } = await authorized();
    const { refresh_token } = (await client.token(form)).json;
    const wider = await client.token({ grant_type: 'refresh_token', refresh_token, scope: 'openid groups' });
    expect(wider.json.error).toBe('invalid_scope');
    const other = await registerClient();
    expect((await other.token({ grant_type: 'refresh_token', refresh_token })).json.error).toBe('invalid_grant');
  });
});

describe('a client without a secret', () => {
  test('redeems with PKCE alone, and never for another client', async () => {
    const { client, form } = await authorized({ authMethod: 'none' });
    const stranger = await registerClient({ authMethod: 'none' });
    expect((await post('/oidc/token', { ...form, client_id: stranger.id })).json.error).toBe('invalid_grant');
    expect((await post('/oidc/token', { ...form, client_id: client.id })).status).toBe(200);
  });

  test('that is native may come back to any port of the loopback address, and to no other host (RFC 8252 §7.3)', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient({ authMethod: 'none', redirectUris: ['http://127.0.0.1/cb'] });
    const other = await visit(browser, (await client.begin({ redirect_uri: 'http://127.0.0.1.evil.example/cb' })).url);
    expect(other.status).toBe(400);
    const { left } = await visit(browser, (await client.begin({ redirect_uri: 'http://127.0.0.1:51234/cb' })).url);
    expect(left?.port, 'not asked for consent: the app is ours').toBe('51234');
  });
});

test('private_key_jwt proves a client once, for this audience and not for long (H7)', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' };
  const client = await registerClient({
    authMethod: 'private_key_jwt',
    secretHash: null,
    jwks: { keys: [jwk as Record<string, unknown>] },
    grantTypes: ['client_credentials'],
    redirectUris: [],
  });
  const now = Math.floor(Date.now() / 1000);
  const assertion = (change: Record<string, unknown> = {}) =>
    new SignJWT({
      iss: client.id,
      sub: client.id,
      aud: config.publicUrl,
      jti: crypto.randomUUID(),
      iat: now,
      exp: now + 60,
      ...change,
    })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
  const ask = async (client_assertion: string) =>
    post('/oidc/token', {
      grant_type: 'client_credentials',
      client_assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
  const good = await assertion();
  expect((await ask(good)).status).toBe(200);
  expect((await ask(good)).status, 'again').toBe(401);
  expect((await ask(await assertion({ aud: 'https://other.example' }))).status).toBe(401);
  expect((await ask(await assertion({ exp: now - 60 }))).status).toBe(401);
  expect((await ask(await assertion({ sub: 'somebody-else' }))).status).toBe(401);
});

test('client credentials name no person, and userinfo does not take them (H23)', async () => {
  const client = await registerClient({ grantTypes: ['client_credentials'], redirectUris: [] });
  const { json, status } = await client.token({ grant_type: 'client_credentials' });
  expect([status, json.id_token, json.refresh_token]).toEqual([200, undefined, undefined]);
  expect((await userinfo(json.access_token)).status).toBe(401);
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  const looked = await post('/oidc/introspect', { token: json.access_token }, basic);
  expect(looked.json).toMatchObject({ active: true, client_id: client.id });
  expect(looked.json.sub).toBeUndefined();
});

test('introspection and revocation are for clients that prove who they are (RFC 7662, RFC 7009)', async () => {
  const { client, form } = await authorized();
  const { access_token: token, refresh_token } = (await client.token(form)).json;
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  expect((await post('/oidc/introspect', { token })).status).toBe(400);
  expect((await post('/oidc/introspect', { token }, basic)).json).toMatchObject({ active: true, client_id: client.id });
  expect((await post('/oidc/introspect', { token: 'unknown' }, basic)).json).toEqual({ active: false });
  const other = await registerClient();
  const foreign = { authorization: `Basic ${Buffer.from(`${other.id}:${other.secret}`).toString('base64')}` };
  expect((await post('/oidc/revoke', { token }, foreign)).status).toBe(400);
  expect((await userinfo(token)).status, 'another client revokes nothing').toBe(200);
  expect((await post('/oidc/revoke', { token: refresh_token }, basic)).status).toBe(200);
  expect((await client.token({ grant_type: 'refresh_token', refresh_token })).json.error).toBe('invalid_grant');
  const events = (await db.select().from(auditEvents)).map(({ type }) => type);
  expect(events.filter((type) => type === 'client.token-revoked')).toHaveLength(1);
});

test('what has expired is swept', async () => {
  await authorized();
  const { purgeArtifacts } = await import('@/lib/artifacts');
  await age(31 * 86_400);
  await purgeArtifacts(db);
  expect(await db.$count(oidcArtifacts)).toBe(0);
});
