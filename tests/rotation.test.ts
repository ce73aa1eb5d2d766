import { count } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test as onAnyDatabase } from 'vitest';
import { db } from '@/db';
import { oidcArtifacts, signingKeys, steadyKeys, totpSecrets } from '@/db/schema';
import { config } from '@/lib/config';
import { Browser } from '@/tests/helpers/browser';
import { enterPassword, givePassword, giveTotp } from '@/tests/helpers/factors';
import { seedPerson } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { latchkey } from '@/tests/setup/latchkey';
import { type Process, startProcess } from '@/tests/setup/process';

// Instances share a Postgres server; an embedded database has one.
const test = onAnyDatabase.runIf(config.databaseUrl);
const instances: Process[] = [];
afterAll(() => Promise.all(instances.map((instance) => instance.stop())));

const old = config.appSecrets[0]!;
const fresh = 'b7Q2mWk9xLr4nVt8pZs1dHf6gJy3aEuc';
const sealedTables = [oidcArtifacts, signingKeys, steadyKeys, totpSecrets];
const reseal = (APP_SECRET: string) => latchkey(['reseal'], { APP_SECRET, DATABASE_URL: process.env.DATABASE_URL! });
/** What this file has sealed with a secret that no other file knows is given back. */
afterAll(async () => {
  if (config.databaseUrl) await reseal(`${old},${fresh}`);
});

/** An instance with these secrets, as browsers and clients' servers reach it. */
async function instanceWith(APP_SECRET: string) {
  const instance = await startProcess({ APP_SECRET });
  instances.push(instance);
  const send = async (path: string, form?: Record<string, string>, headers: Record<string, string> = {}) => {
    const answer = await instance.ask('oidc', {
      method: form ? 'POST' : 'GET',
      url: new URL(path, config.publicUrl).href,
      headers: Object.entries({
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : { accept: 'text/html' }),
        ...headers,
      }),
      body: form && new URLSearchParams(form).toString(),
    });
    const all = (name: string) => answer.headers.filter(([key]) => key === name).map(([, value]) => value);
    return { ...answer, location: all('location')[0], cookies: all('set-cookie'), json: () => JSON.parse(answer.body) };
  };
  /** What a waiting sign-in comes to with this code. */
  const enterCode = async (browser: Browser, code: string) => {
    const sent = {
      file: 'sign-in/second-factor',
      method: 'POST',
      url: `${config.publicUrl}/api/sign-in/second-factor`,
      headers: [
        ['origin', config.publicUrl],
        ['content-type', 'application/json'],
        ['cookie', cookiesOf(browser)],
      ] as [string, string][],
      body: JSON.stringify({ code }),
      params: {},
    };
    return instance.ask('send', sent);
  };
  // Loading takes its time, in which a code would expire; this reads nothing that is sealed.
  await instance.ask('load', 'sign-in/second-factor');
  await send('/oidc/nothing');
  return Object.assign(send, { enterCode });
}

const cookiesOf = ({ cookies }: Browser) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

/** Somebody who is signed in, and whose two-step sign-in waits for its code in another browser. */
async function pendingPerson() {
  const person = await seedPerson();
  await givePassword(person);
  const { code } = await giveTotp(person);
  const pendingBrowser = new Browser();
  expect((await enterPassword(pendingBrowser, person.email)).json).toMatchObject({ status: 'second-factor-needed' });
  return { ...person, code, waiting: pendingBrowser };
}

type Instance = Awaited<ReturnType<typeof instanceWith>>;

/** An app with subjects of its own, whose tokens and sign-ins under way can be taken from one instance to another. */
async function app(at: Instance, cookie: string) {
  const client = await registerClient({ subjectType: 'pairwise' });
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  const flow = await client.begin();
  const { location } = await at(flow.url.href, undefined, { cookie });
  const redeem = {
    grant_type: 'authorization_code',
    code: new URL(location!).searchParams.get('code')!,
    redirect_uri: client.redirectUri,
    code_verifier: flow.verifier,
  };
  let tokens = (await at('/oidc/token', redeem, basic)).json();
  const subject = async (one: Instance) => {
    const userinfo = await one('/oidc/userinfo', {}, { authorization: `Bearer ${tokens.access_token}` });
    return userinfo.status === 200 ? userinfo.json().sub : userinfo.status;
  };
  const tries = (one: Instance) =>
    one('/oidc/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, basic);
  const refresh = async (one: Instance) => {
    const answer = await tries(one);
    expect(answer.status, answer.body).toBe(200);
    tokens = answer.json();
  };
  return { client, subject, refresh, tries };
}

/** A device that waits for somebody to allow it. */
async function device(at: Instance) {
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const { id } = await registerClient({ authMethod: 'none', grantTypes: [grant_type], redirectUris: [] });
  const { device_code } = (await at('/oidc/device-authorization', { client_id: id, scope: 'openid' })).json();
  return async (one: Instance) => (await one('/oidc/token', { client_id: id, grant_type, device_code })).json().error;
}

type Four = [Instance, Instance, Instance, Instance];
let before: Instance;
let appended: Instance;
let rotated: Instance;
let after: Instance;
beforeAll(async () => {
  if (!config.databaseUrl) return;
  const lists = [old, `${old},${fresh}`, `${fresh},${old}`, fresh];
  [before, appended, rotated, after] = (await Promise.all(lists.map(instanceWith))) as Four;
}, 600_000);

test('a new APP_SECRET, one instance after the other, loses nothing that people or apps have', async () => {
  const person = await pendingPerson();
  const cookie = cookiesOf(person.browser);
  const { client, subject, refresh } = await app(before, cookie);
  const sub = await subject(before);
  expect(sub).not.toBe(person.userId);
  const poll = await device(before);
  const page = await before((await client.begin()).url.href);
  const ofInteraction = page.cookies.map((one) => one.split(';')[0]).join('; ');
  const [, uid] = /\/interaction\/([^/]+)$/.exec(page.location!)!;
  const keys = async (one: Instance) => (await one('/oidc/jwks')).json();
  const published = await keys(before);

  // Each step beside the one before it: what one instance has sealed meanwhile, the other opens.
  for (const [one, other] of [
    [before, appended],
    [appended, before],
    [appended, rotated],
    [rotated, appended],
  ] as const) {
    await refresh(one);
    expect([await subject(one), await subject(other)]).toEqual([sub, sub]);
    expect(await keys(other)).toEqual(published);
  }
  expect(await poll(rotated)).toBe('authorization_pending');
  const resumed = await rotated(`/oidc/authorize/${uid}`, undefined, { cookie: ofInteraction });
  expect([resumed.status, resumed.location]).toEqual([303, expect.stringContaining('/interaction/')]);
  expect(await rotated.enterCode(person.waiting, person.code())).toMatchObject({ status: 200 });

  const sealed = await reseal(`${fresh},${old}`);
  expect(sealed).toEqual({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^\d+ sealed .* Nothing is left that another secret sealed\.\n$/),
  });
  for (const table of sealedTables) {
    const names = await db.select({ keyId: table.keyId, rows: count() }).from(table).groupBy(table.keyId);
    expect(names.length, 'one key for each table').toBe(1);
  }
  expect(await subject(after)).toBe(sub);
  await refresh(after);
  expect([await subject(after), await keys(after)]).toEqual([sub, published]);
  const again = await after((await client.begin()).url.href, undefined, { cookie });
  expect(new URL(again.location!).searchParams.get('code'), 'still signed in').toBeTruthy();
  await db.update(totpSecrets).set({ lastStep: 0 });
  const later = new Browser();
  await enterPassword(later, person.email);
  expect(await after.enterCode(later, person.code())).toMatchObject({ status: 200 });
}, 600_000);

test('an instance that was left behind opens nothing by that, and loses nothing for the others', async () => {
  const person = await pendingPerson();
  const { subject, refresh, tries } = await app(before, cookiesOf(person.browser));
  const sub = await subject(before);
  await refresh(rotated);
  expect(await subject(before)).toBe(401);
  expect((await tries(before)).json().error).toBe('invalid_grant');
  await refresh(rotated);
  expect(await subject(rotated)).toBe(sub);

  await reseal(`${fresh},${old}`);
  // What it publishes an instance may have kept for a minute; whoever asks for a token lets it look.
  const keys = async (one: Instance) => {
    await one('/oidc/token', {});
    return (await one('/oidc/jwks')).json().keys.length;
  };
  for (const one of [before, rotated, before, rotated, before, rotated]) expect(await keys(one)).toBeGreaterThan(1);
  expect(await db.$count(signingKeys), 'two that it lacks, and two that it made in their place').toBe(4);
  expect(await before.enterCode(person.waiting, person.code())).toMatchObject({ status: 401 });
  expect(await rotated.enterCode(person.waiting, person.code())).toMatchObject({ status: 200 });
}, 300_000);
