import type { NextRequest } from 'next/server';
import { afterAll, beforeAll, expect, test as onAnyDatabase } from 'vitest';
import { db } from '@/db';
import { challenges } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { Browser } from '@/tests/helpers/browser';
import { seedPerson } from '@/tests/helpers/people';
import { type Process, startProcess } from '@/tests/setup/process';

// Instances share a Postgres server; an embedded database has one.
const test = onAnyDatabase.runIf(config.databaseUrl);
let one: Process;
let two: Process;
const files = [
  'passkeys',
  ...['authenticate', 'step-up'].flatMap((name) => [`passkeys/${name}/options`, `passkeys/${name}/verify`]),
];

beforeAll(async () => {
  if (!config.databaseUrl) return;
  [one, two] = await Promise.all([startProcess({}), startProcess({})]);
  await Promise.all([one, two].map((instance) => Promise.all(files.map((file) => instance.ask('load', file)))));
});
afterAll(() => Promise.all([one?.stop(), two?.stop()]));

/** The handler of an instance, for a browser that has its own address of this process in hand. */
const at =
  (instance: Process, file: string) =>
  async (request: NextRequest, { params }: { params: Promise<Record<string, string>> }) => {
    const { method, url, headers } = request;
    const body = method === 'GET' || method === 'DELETE' ? undefined : await request.text();
    const sent = { file, method, url, headers: [...headers], body, params: await params };
    const answer = await instance.ask('send', sent as never);
    return new Response(answer.body || null, { status: answer.status, headers: answer.headers as [string, string][] });
  };

const list = (instance: Process, browser: Browser) => browser.send(at(instance, 'passkeys'), { method: 'GET' });

async function signIn(browser: Browser, authenticator: Awaited<ReturnType<typeof seedPerson>>['authenticator']) {
  const { json } = await browser.send(at(one, 'passkeys/authenticate/options'));
  const body = { challengeId: json.challengeId, credential: authenticator.signIn(json.options) };
  return { body, answer: await browser.send(at(two, 'passkeys/authenticate/verify'), { body }) };
}

test('a challenge that one instance made is answered on the other, and the session opens both', async () => {
  const { authenticator } = await seedPerson();
  const browser = new Browser();
  const { answer } = await signIn(browser, authenticator);
  expect(answer).toMatchObject({ status: 200, json: { status: 'signed-in', redirectTo: '/account' } });
  expect([(await list(one, browser)).status, (await list(two, browser)).status]).toEqual([200, 200]);
  expect(await db.$count(challenges)).toBe(0);
});

test('A3: an answer sent to both at the same time is taken once', async () => {
  const { authenticator } = await seedPerson();
  const browser = new Browser();
  const { json } = await browser.send(at(one, 'passkeys/authenticate/options'));
  const body = { challengeId: json.challengeId, credential: authenticator.signIn(json.options) };
  const tries = [one, two, one, two].map((instance) =>
    browser.copy().send(at(instance, 'passkeys/authenticate/verify'), { body }),
  );
  expect((await Promise.all(tries)).map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
});

test('G3: a session that ended on one instance is refused on the other at the next request', async () => {
  const { authenticator } = await seedPerson();
  const browser = new Browser();
  await signIn(browser, authenticator);
  expect((await list(two, browser)).status).toBe(200);
  await one.ask('signOut', browser.cookies.get(cookieName('session')));
  expect([(await list(two, browser)).status, (await list(one, browser)).status]).toEqual([401, 401]);
});

test('G2: the token that a step-up replaced on one instance is dead on the other', async () => {
  const { authenticator, browser } = await seedPerson();
  const before = browser.copy();
  const { json } = await browser.send(at(two, 'passkeys/step-up/options'));
  const body = { challengeId: json.challengeId, credential: authenticator.signIn(json.options) };
  expect((await browser.send(at(one, 'passkeys/step-up/verify'), { body })).status).toBe(200);
  expect([(await list(two, before)).status, (await list(two, browser)).status]).toEqual([401, 200]);
});

test('J5: attempts are counted together', async () => {
  const ask = (n: number) => {
    const browser = new Browser();
    browser.address = '198.51.100.200';
    return browser.send(at(n % 2 ? one : two, 'passkeys/authenticate/options'));
  };
  const statuses = (await Promise.all(Array.from({ length: 124 }, (_, n) => ask(n)))).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(120);
  expect(statuses.filter((status) => status === 429)).toHaveLength(4);
});
