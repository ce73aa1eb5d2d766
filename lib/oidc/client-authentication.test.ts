import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { eq, sql } from 'drizzle-orm';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, clients } from '@/db/schema';
import { clientFields, createClient, newClientFields, readClient, settingsFrom, updateClient } from '@/lib/clients';
import { config } from '@/lib/config';
import { runOperation } from '@/tests/helpers/operations';
import { seedPerson } from '@/tests/helpers/people';
import { post, type RelyingParty, registerClient } from '@/tests/helpers/relying-party';

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const basicOf = ({ id, secret }: Pick<RelyingParty, 'id' | 'secret'>) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'];

/** Asks for a token with the secret in the header and in the form: the two statuses. */
async function bothWays(client: RelyingParty) {
  const grant = { grant_type: 'client_credentials' };
  const inHeader = await post('/oidc/token', grant, basicOf(client));
  const inForm = await post('/oidc/token', { ...grant, client_id: client.id, client_secret: client.secret });
  return [inHeader, inForm].map(({ status, json }) => json.error ?? status);
}

describe('a secret is taken as it was registered', () => {
  test.each([
    ['client_secret_basic', [200, 'invalid_client']],
    ['client_secret_post', ['invalid_client', 200]],
  ] as const)('%s', async (authMethod, expected) => {
    const client = await registerClient({ authMethod, grantTypes });
    expect(await bothWays(client)).toEqual(expected);
    const events = await db.select().from(auditEvents).where(eq(auditEvents.type, 'client.auth-failure'));
    expect(events).toMatchObject([{ clientId: client.id }]);
  });

  test.each(['/oidc/introspect', '/oidc/revoke', '/oidc/par'])('at %s as well', async (path) => {
    const { id, secret } = await registerClient({ grantTypes });
    const form = { token: 'x', client_id: id, client_secret: secret };
    expect((await post(path, form)).json.error).toBe('invalid_client');
  });

  test.each(['client_secret_basic', 'client_secret_post'] as const)(
    'or either way by %s that was there before, until an administrator ends that for good',
    async (authMethod) => {
      const client = await registerClient({ authMethod, grantTypes });
      const file = readdirSync('drizzle').find((name) => name.endsWith('client-proof-as-registered.sql'))!;
      await db.execute(sql.raw(readFileSync(`drizzle/${file}`, 'utf8').split('--> statement-breakpoint')[1]!));
      expect(await bothWays(client)).toEqual([200, 200]);

      const save = async (change: Record<string, string>) => {
        const fields = { ...clientFields((await readClient(client.id))!), ...change };
        expect((await runOperation(updateClient, { ...settingsFrom(fields), id: client.id })).ok).toBe(true);
      };
      await save({ name: 'Renamed' });
      expect(await bothWays(client)).toEqual([200, 200]);
      await save({ secretEitherWay: undefined as never });
      const expected = authMethod === 'client_secret_basic' ? [200, 'invalid_client'] : ['invalid_client', 200];
      expect(await bothWays(client)).toEqual(expected);
      await save({ secretEitherWay: 'on' });
      expect(await bothWays(client), 'not begun again').toEqual(expected);
    },
  );

  test('and a new client is never registered for both', async () => {
    const fields = { ...newClientFields, name: 'New', redirectUris: 'https://a.example/cb', secretEitherWay: 'on' };
    await runOperation(createClient, { ...settingsFrom(fields), id: 'fresh' });
    expect(await db.select().from(clients)).toMatchObject([{ id: 'fresh', secretEitherWay: false }]);
  });
});

describe('an assertion of a client’s key (private_key_jwt)', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' } as Record<string, unknown>;

  async function ask(change: Record<string, unknown>) {
    const client = await registerClient({
      authMethod: 'private_key_jwt',
      secretHash: null,
      jwks: { keys: [jwk] },
      grantTypes: ['client_credentials'],
      redirectUris: [],
    });
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: client.id, sub: client.id, aud: config.publicUrl, jti: crypto.randomUUID(), exp: now + 60 };
    const relative = (name: string) => (name in change ? { [name]: now + Number(change[name]) } : {});
    const claims = { ...all, ...change, ...relative('exp'), ...relative('iat') };
    const assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
    const form = { grant_type: 'client_credentials', client_assertion: assertion, client_assertion_type: ASSERTION };
    return (await post('/oidc/token', form)).status;
  }

  const us = config.publicUrl;
  test.each([
    ['for one minute', { exp: 60, iat: 0 }, 200],
    ['for ten minutes', { exp: 600, iat: 0 }, 200],
    ['for ten minutes, without its beginning', { exp: 600 }, 200],
    ['by a clock that is a little ahead', { exp: 610, iat: 10 }, 200],
    ['for eleven minutes', { exp: 660, iat: 0 }, 401],
    ['for an hour, without its beginning', { exp: 3600 }, 401],
    ['for an hour that is nearly over', { exp: 60, iat: -3540 }, 401],
    ['for an hour that is to come', { exp: 7200, iat: 3600 }, 401],
    ['for ten minutes that are to come', { exp: 1500, iat: 900 }, 401],
    ['for ten minutes, said with a fraction', { exp: 600.5, iat: 0 }, 401],
  ])('good %s: %j', async (_, change, status) => expect(await ask(change)).toBe(status));

  test.each([
    ['us', us, 200],
    ['the token endpoint', `${us}/oidc/token`, 200],
    ['us alone in a list', [us], 200],
    ['us in two ways', [us, `${us}/oidc/token`], 200],
    ['us and somebody else', [us, 'https://other.example'], 401],
    ['somebody else', 'https://other.example', 401],
    ['us by a longer name', `${us}/`, 401],
    ['us and nothing', [us, ''], 401],
  ])('for %s', async (_, aud, status) => expect(await ask({ aud })).toBe(status));
});

test('a refresh token is looked at by its own client only, an access token by any API', async () => {
  const { browser } = await seedPerson();
  const [own, other] = [await registerClient(), await registerClient()];
  const tokens = await own.signIn(browser);
  const introspect = async (client: RelyingParty, token: string, hint?: string) =>
    (await post('/oidc/introspect', { token, ...(hint && { token_type_hint: hint }) }, basicOf(client))).json;
  for (const hint of [undefined, 'refresh_token', 'access_token'])
    expect(await introspect(other, tokens.refresh_token!, hint)).toEqual({ active: false });
  expect(await introspect(own, tokens.refresh_token!)).toMatchObject({ active: true });
  expect(await introspect(other, tokens.access_token)).toMatchObject({ active: true, client_id: own.id });
});
