import { generateKeyPairSync } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { decodeProtectedHeader, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test as onAnyDatabase } from 'vitest';
import { decide } from '@/app/(sign-in)/interaction/actions';
import { db } from '@/db';
import { clients } from '@/db/schema';
import { config } from '@/lib/config';
import { rotateKeys } from '@/lib/signing-keys';
import { runOperation } from '@/tests/helpers/operations';
import { seedPerson } from '@/tests/helpers/people';
import { act, type RelyingParty, registerClient } from '@/tests/helpers/relying-party';
import { type Process, startProcess } from '@/tests/setup/process';

// Instances share a Postgres server; an embedded database has one.
const test = onAnyDatabase.runIf(config.databaseUrl);
const instances: Process[] = [];
let turn = 0;

beforeAll(async () => {
  if (!config.databaseUrl) return;
  instances.push(...(await Promise.all([startProcess({}), startProcess({})])));
  // Loading the provider takes its time, which is not the tests'.
  for (const _ of instances) await send('/oidc/jwks');
});
afterAll(() => Promise.all(instances.map((instance) => instance.stop())));

/** Sends a request to the instance whose turn it is. */
async function send(
  path: string,
  { form, headers = {} }: { form?: Record<string, string>; headers?: Record<string, string> } = {},
) {
  turn += 1;
  const type: Record<string, string> = form
    ? { 'content-type': 'application/x-www-form-urlencoded' }
    : { accept: 'text/html' };
  const answer = await instances[turn % instances.length]!.ask('oidc', {
    method: form ? 'POST' : 'GET',
    url: new URL(path, config.publicUrl).href,
    headers: Object.entries({ ...type, ...headers }),
    body: form && new URLSearchParams(form).toString(),
  });
  const headerOf = (name: string) => answer.headers.find(([key]) => key === name)?.[1];
  return { ...answer, location: headerOf('location'), json: () => JSON.parse(answer.body) };
}

async function codeFor(client: RelyingParty, cookies: Map<string, string>) {
  const flow = await client.begin();
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const { location } = await send(flow.url.href, { headers: { cookie } });
  const code = new URL(location!).searchParams.get('code')!;
  return { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri, code_verifier: flow.verifier };
}

test('alternate requests of one flow are served by two instances, and an ended session is ended for both', async () => {
  const { browser, userId } = await seedPerson();
  const client = await registerClient();
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  const form = await codeFor(client, browser.cookies);
  const tokens = (await send('/oidc/token', { form, headers: basic })).json();
  const bearer = { authorization: `Bearer ${tokens.access_token}` };
  expect((await send('/oidc/userinfo', { form: {}, headers: bearer })).json().sub).toBe(userId);
  const renewed = await send('/oidc/token', {
    form: { grant_type: 'refresh_token', refresh_token: tokens.refresh_token },
    headers: basic,
  });
  expect(renewed.status).toBe(200);
  expect((await send('/oidc/token', { form, headers: basic })).json().error, 'replayed on the other').toBe(
    'invalid_grant',
  );
  for (const _ of instances) expect((await send('/oidc/userinfo', { form: {}, headers: bearer })).status).toBe(401);

  const again = (await send('/oidc/token', { form: await codeFor(client, browser.cookies), headers: basic })).json();
  await instances[0]!.ask('signOut', browser.cookies.get('latchkey-session'));
  for (const _ of instances) {
    const headers = { authorization: `Bearer ${again.access_token}` };
    expect((await send('/oidc/userinfo', { form: {}, headers })).status).toBe(401);
  }
});

test('what was answered before a session ended is worth nothing on any instance, and the question is asked anew', async () => {
  const { browser } = await seedPerson();
  const client = await registerClient({ firstParty: false });
  const cookie = () => [...browser.cookies].map((pair) => pair.join('=')).join('; ');
  const answered: string[] = [];
  for (const _ of instances) {
    const page = await send((await client.begin({ scope: 'openid', prompt: 'consent' })).url.href, {
      headers: { cookie: cookie() },
    });
    browser.keep(new Response(null, { headers: page.headers }));
    const [, uid] = /\/interaction\/([^/]+)$/.exec(page.location!)!;
    const { to } = await act(browser, decide, { uid: uid!, decision: 'allow' });
    answered.push(to!);
    // Each request has cookies of its own path; the next one would take their place here.
    answered.push(cookie());
  }
  await instances[0]!.ask('signOut', browser.cookies.get('latchkey-session'));
  for (const _ of instances) {
    const [to, sent] = answered.splice(0, 2);
    const resumed = await send(to!, { headers: { cookie: sent! } });
    expect([resumed.status, resumed.location]).toEqual([303, expect.stringMatching(/^\/interaction\/[\w-]+$/)]);
    const quiet = await send((await client.begin({ prompt: 'none' })).url.href, { headers: { cookie: sent! } });
    expect(new URL(quiet.location!).searchParams.get('error')).toBe('login_required');
  }
});

test('a code sent to both at the same time is redeemed once at most', async () => {
  const { browser } = await seedPerson();
  const client = await registerClient();
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  const form = await codeFor(client, browser.cookies);
  const answers = await Promise.all(Array.from({ length: 10 }, () => send('/oidc/token', { form, headers: basic })));
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  expect(answers.filter(({ status }) => status === 400).length).toBeGreaterThanOrEqual(9);
});

test('a device that asks two instances in turn hears of both that it is too fast', async () => {
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const client = await registerClient({ authMethod: 'none', grantTypes: [grant_type], redirectUris: [] });
  const form = { client_id: client.id, scope: 'openid' };
  const { device_code } = (await send('/oidc/device-authorization', { form })).json();
  const poll = () => send('/oidc/token', { form: { client_id: client.id, grant_type, device_code } });
  const answers = [await poll(), await poll(), await poll()].map((answer) => answer.json().error);
  expect(answers).toEqual(['authorization_pending', 'slow_down', 'slow_down']);
});

test('an assertion that is sent to both at the same time is answered once', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }];
  const columns = { authMethod: 'private_key_jwt', secretHash: null, jwks: { keys }, redirectUris: [] } as const;
  const { id } = await registerClient({ ...columns, redirectUris: [], grantTypes: ['client_credentials'] });
  const form = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await new SignJWT({ jti: 'once' })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(id)
      .setSubject(id)
      .setAudience(config.publicUrl)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey),
  };
  const answers = await Promise.all(Array.from({ length: 6 }, () => send('/oidc/token', { form })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('what is posted to one instance is read by the other', async () => {
  const { browser } = await seedPerson();
  const client = await registerClient();
  const form = Object.fromEntries((await client.begin()).url.searchParams);
  const { location } = await send('/oidc/authorize', { form });
  const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
  const answered = await send(location!, { headers: { cookie } });
  expect(new URL(answered.location!).searchParams.get('code')).toBeTruthy();
});

const kidsOf = (keys: { kid: string }[]) => keys.map(({ kid }) => kid);

test('keys that one instance makes sign at all of them at once, and are published there with what they sign', async () => {
  const { browser } = await seedPerson();
  const client = await registerClient();
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  const published = async () => kidsOf((await send('/oidc/jwks')).json().keys);
  // Each has to hear first that the tables were emptied under it.
  for (const _ of instances) await send('/oidc/token', { form: {} });
  const before = await published();
  expect(await published()).toEqual(before);
  await runOperation(rotateKeys, { compromised: true });
  const signers: unknown[] = [];
  for (const _ of instances) {
    const form = await codeFor(client, browser.cookies);
    const { id_token } = (await send('/oidc/token', { form, headers: basic })).json();
    signers.push(decodeProtectedHeader(id_token).kid);
    turn -= 1; // the code and the token take two turns: the same instance again, and the other one with the next code
  }
  expect(new Set(signers).size).toBe(1);
  const [one, two] = [await published(), await published()];
  expect(one).toEqual(two);
  expect(one).toContain(signers[0]);
  expect(one.some((kid) => before.includes(kid))).toBe(false);
});

test('an address that is taken from a client is refused by all at once', async () => {
  const { browser } = await seedPerson();
  const client = await registerClient();
  const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
  const asked = async () => send((await client.begin()).url.href, { headers: { cookie } });
  for (const _ of instances) expect(new URL((await asked()).location!).searchParams.get('code')).toBeTruthy();
  await db
    .update(clients)
    .set({ redirectUris: ['https://other.example/'] })
    .where(eq(clients.id, client.id));
  for (const _ of instances) expect(await asked()).toMatchObject({ status: 400, location: undefined });
});
