import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { challenges } from '@/db/schema';
import { seedPerson } from '@/tests/helpers/people';
import { call, calls, expectAllRefused, expectAnswered, expectProblem, routes } from '@/tests/setup/routes';
import { withSettings } from '@/tests/setup/settings';

test('every route.ts under app/api stands in the list that the tests of all of them go through', async () => {
  const files = globSync('app/api/**/route.ts').sort();
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) {
    const handlers = await import(resolve(file));
    const address = new RegExp(`^/${file.slice('app/'.length, -'/route.ts'.length).replace(/\[[^/]+\]/g, '.+')}$`);
    const listed = routes.filter((route) => route.handlers === handlers).map(({ path }) => path);
    expect(listed, file).not.toEqual([]);
    for (const path of listed) expect(path).toMatch(address);
  }
});

test('the jobs are for whoever has their secret: for nobody else, with a session or a wrong one, are they there', async () => {
  const jobs = calls.filter(({ path }) => path === '/api/jobs');
  const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });
  await expectAllRefused(jobs, {}, [404, 'not_found']);
  await withSettings({ CRON_SECRET: 'a secret of the scheduler alone, long' }, async () => {
    await expectAllRefused(jobs, bearer('another'), [404, 'not_found']);
    const answer = await call(jobs[0]!, bearer('a secret of the scheduler alone, long'));
    expect([answer.status, answer.json]).toEqual([200, { deliveries: 0 }]);
    expectAnswered(answer);
  });
});

const changing = calls.filter(({ method }) => method !== 'GET');
const signInOptions = calls.find(({ name }) => name === 'POST /api/passkeys/authenticate/options')!;
const list = calls.find(({ name }) => name === 'GET /api/passkeys')!;
const ofOnePasskey = calls.filter(({ name }) => /^(PATCH|DELETE) \/api\/passkeys/.test(name));

const cookieOf = async () => {
  const { browser } = await seedPerson();
  return [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
};

const foreign = [
  undefined,
  '',
  'null',
  'https://evil.example',
  'http://localhost:3001',
  'https://localhost:3000',
  'http://localhost:3000/',
  'http://localhost:3000.evil.example',
  'http://sub.localhost:3000',
  'HTTP://LOCALHOST:3000',
  'http://localhost:3000, http://localhost:3000',
  'not an origin',
  'http://[::1',
];
test.each(foreign)('I5: the origin %j is 403 wherever something changes', async (origin) => {
  const headers = {
    origin,
    'sec-fetch-site': 'same-origin',
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    referer: 'http://localhost:3000/',
  };
  await expectAllRefused(changing, { headers }, [403, 'origin_not_allowed'], 1);
});

test('I6: reading from another site works as far as the network goes, and opens nothing to it', async () => {
  const answer = await call(list, { headers: { origin: 'https://evil.example', cookie: await cookieOf() } });
  expect(answer.status).toBe(200);
  expectAnswered(answer);
  expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test.each([
  ['no uuid', 'x'],
  ['SQL', "' or 1=1 --"],
  ['NUL', '\u0000'],
  ['a lone surrogate', '\ud800'],
  ['a long text', 'x'.repeat(10_000)],
  ['nobody’s', '00000000-0000-4000-8000-000000000000'],
])('D4: the id of %s is 404', async (_, id) => {
  const body = '{"name":"Mine"}';
  await expectAllRefused(ofOnePasskey, { body, params: { id } }, [404, 'not_found']);
});

test('D4: the id of somebody else’s passkey is 404', async () => {
  const { passkey } = await seedPerson();
  const params = { id: passkey.id };
  await expectAllRefused(ofOnePasskey, { body: '{"name":"Mine"}', params }, [404, 'not_found']);
});

test.each([
  ['NUL', '?return_to=%00'],
  ['NUL in a path', '?return_to=/a%00b'],
  ['a lone surrogate', '?return_to=%ED%A0%80'],
  ['half an escape', '?return_to=%'],
  ['another site', '?return_to=//evil.example'],
  ['a long path', `?return_to=/${'x'.repeat(9000)}`],
  ['two values', '?return_to=/a&return_to=/b'],
  ['something unknown', '?%00=%00'],
])('I7, I14: %s in the query does no harm', async (_, query) => {
  const answer = await call(signInOptions, { query });
  expect([answer.status, answer.text.length > 0]).toEqual([200, true]);
  expectAnswered(answer);
  for (const { returnTo } of await db.select().from(challenges))
    expect(returnTo ?? '/').toMatch(/^\/(?!\/)[^\p{Cc}]{0,2000}$/u);
});

const allMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
test.each(routes.filter(({ path }) => !/^\/api\/(nothing|auth)\//.test(path)))(
  'I19: $path answers every other method with 405 and names its own',
  async (route) => {
    const methods = calls.filter(({ path }) => path === route.path).map(({ method }) => method);
    // Under /api/v1 one file answers every method, and its own test goes through them.
    if (methods.length === 0) return;
    for (const method of allMethods.filter((name) => !methods.includes(name))) {
      const answer = await call({ ...route, method }, { headers: { origin: 'https://evil.example' } });
      expectProblem(answer, 405, 'method_not_allowed');
      expect(answer.headers.get('allow')).toBe(methods.join(', '));
    }
  },
);

test('an address of /api that does not exist is 404 in the form of every error, by every method', async () => {
  const nothing = routes.find(({ path }) => path === '/api/nothing/here')!;
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    expectProblem(await call({ ...nothing, method }), 404, 'not_found');
  }
});

const garbage = [
  '',
  'x',
  'x'.repeat(99),
  'x'.repeat(5000),
  '%00',
  '%E0%A4%A',
  'a=b=c',
  '"quoted"',
  '..%2f',
  '[object Object]',
  'ümlaut',
  'null',
];
test.each(garbage)('G11: with %j as every cookie a visitor is anonymous', async (value) => {
  const names = [
    'latchkey-session',
    'latchkey-browser',
    'latchkey-enrolment',
    'latchkey-session.0',
    'next-auth.csrf-token',
    'next-auth.callback-url',
  ];
  const headers = {
    cookie: encodeURI(names.map((name) => `${name}=${value}`).join('; '))
      .replaceAll('%25', '%')
      .replaceAll('%20', ' '),
  };
  expectProblem(await call(list, { headers }), 401, 'session_required');
  const options = await call(signInOptions, { headers });
  expect([options.status, options.headers.getSetCookie().length]).toEqual([200, 1]);
  const session = await call(calls.find(({ path }) => path === '/api/auth/session')!, { headers });
  expect([session.status, session.json]).toEqual([200, {}]);
  expect((await call(calls.find(({ path }) => path === '/api/auth/csrf')!, { headers })).status).toBe(200);
});

test('G1: without a cookie nothing of an account opens', async () => {
  const guarded = calls.filter(({ path }) => /passkeys|account/.test(path) && !/authenticate|verify/.test(path));
  for (const route of guarded) {
    const body = route.method === 'PATCH' ? '{"name":"Mine"}' : '{}';
    expectProblem(await call(route, { body }), 401, 'session_required');
  }
});

test('I10: every answer is no-store and has a request id of ours, not the client’s', async () => {
  const requestId = '6f1c1c1e-9d38-4f0a-8f63-1d2c3b4a5e6f';
  const cookie = await cookieOf();
  for (const route of calls) {
    const answer = await call(route, { headers: { cookie, 'x-request-id': requestId } });
    expectAnswered(answer);
    expect(answer.headers.get('x-request-id')).not.toBe(requestId);
    expect(answer.text).not.toContain(requestId);
  }
});
