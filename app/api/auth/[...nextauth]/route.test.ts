import { expect, test, vi } from 'vitest';
import { db } from '@/db';
import { sessions } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { readSession } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { eventsOf } from '@/tests/helpers/database';
import { seedPerson } from '@/tests/helpers/people';
import { expectAnswered, expectProblem } from '@/tests/setup/routes';
import * as route from './route';

const at = (action: string) => ({ nextauth: action.split('/') }) as never;
const get = (browser: Browser, action: string, more = {}) =>
  browser.send(route.GET, { method: 'GET', params: at(action), ...more });
const form = 'application/x-www-form-urlencoded';

/** Posts a form as next-auth's own client does; the answer may be no JSON. */
const post = (browser: Browser, action: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  browser.send(route.POST, {
    params: at(action),
    raw: new URLSearchParams(fields).toString(),
    headers: { 'content-type': form, ...headers },
  });

const csrfOf = async (browser: Browser) => (await get(browser, 'csrf')).json.csrfToken as string;

test('G12: what a browser may read of its session is the name, the address and until when', async () => {
  const { browser, email } = await seedPerson();
  const { status, headers, json } = await get(browser, 'session');
  expect([status, Object.keys(json).sort(), json.user]).toEqual([
    200,
    ['expires', 'user'],
    { name: expect.stringMatching(/^Person/), email },
  ]);
  expect(new Date(json.expires).getTime()).toBeGreaterThan(Date.now());
  expectAnswered({ headers });
  expect(headers.get('content-type')).toBe('application/json');
});

test.each(['', 'x', 'x'.repeat(5000), '%E0%A4%A', '[object Object]'])(
  'G11: with the session cookie %j a browser is nobody',
  async (token) => {
    const browser = new Browser();
    browser.cookies.set(cookieName('session'), token);
    expect((await get(browser, 'session')).json).toEqual({});
  },
);

test('a cookie in pieces, as next-auth cuts long ones, is no way around', async () => {
  const { browser } = await seedPerson();
  const token = browser.cookies.get(cookieName('session'))!;
  const pieces = new Browser();
  pieces.cookies
    .set(`${cookieName('session')}.0`, token.slice(0, 20))
    .set(`${cookieName('session')}.1`, token.slice(20));
  expect((await get(pieces, 'session')).json).toEqual({});
});

const closed = [
  '_log',
  'signin',
  'signin/github',
  'callback',
  'callback/credentials',
  'error',
  'verify-request',
  'signout',
  'session/x',
  '',
  'constructor',
  '__proto__',
];
test.each(closed)('T23: GET /api/auth/%s does not exist', async (action) => {
  const { status, headers, json } = await get(new Browser(), action);
  expectProblem({ status, headers, json, text: '' }, 404, 'not_found');
});

test.each(['_log', 'signin', 'signin/github', 'callback/credentials', 'session', 'csrf', 'error', 'signout/x'])(
  'T23: POST /api/auth/%s does not exist, and logs nothing',
  async (action) => {
    const consoleError = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { status, headers, json } = await post(new Browser(), action, {
      level: 'error',
      code: 'injected',
      message: 'text',
    });
    expectProblem({ status, headers, json, text: '' }, 404, 'not_found');
    expect(consoleError).not.toHaveBeenCalled();
  },
);

test('signing out with the CSRF token ends the row, takes the cookie away, and is written down', async () => {
  const { browser, userId } = await seedPerson();
  const token = browser.cookies.get(cookieName('session'));
  const { status, headers } = await post(browser, 'signout', { csrfToken: await csrfOf(browser) });
  expect([status, headers.get('location')]).toEqual([302, 'http://localhost:3000']);
  expectAnswered({ headers });
  expect(headers.get('clear-site-data')).toBe('"cache", "storage"');
  expect(browser.cookies.has(cookieName('session'))).toBe(false);
  expect([await readSession(token), await db.$count(sessions)]).toEqual([undefined, 0]);
  expect(await eventsOf(headers.get('x-request-id')!)).toMatchObject([{ type: 'auth.logout', subjectId: userId }]);
});

test('signing out takes JSON as well', async () => {
  const { browser } = await seedPerson();
  const body = { csrfToken: await csrfOf(browser) };
  expect((await browser.send(route.POST, { params: at('signout'), body })).status).toBe(302);
  expect(await db.$count(sessions)).toBe(0);
});

test.each([
  ['no token', () => ({})],
  ['a wrong token', () => ({ csrfToken: 'a'.repeat(64) })],
  ['somebody else’s token', async () => ({ csrfToken: await csrfOf(new Browser()) })],
])('I5: with %s nobody is signed out', async (_, fields) => {
  const { browser } = await seedPerson();
  await csrfOf(browser);
  await post(browser, 'signout', (await fields()) as Record<string, string>);
  expect(await db.$count(sessions)).toBe(1);
});

test('I5: from another site nobody is signed out, token or not', async () => {
  const { browser } = await seedPerson();
  const fields = { csrfToken: await csrfOf(browser) };
  for (const origin of ['https://evil.example', 'null', '']) {
    expect((await post(browser, 'signout', fields, { origin })).status).toBe(403);
  }
  expect(await db.$count(sessions)).toBe(1);
});

const json = 'application/json';
test.each([
  ['malformed JSON', '{', json, 400],
  ['an array', '[]', json, 400],
  ['a token that is no text', '{"csrfToken":{"a":1}}', json, 400],
  ['a token without end', `{"csrfToken":"${'x'.repeat(1000)}"}`, json, 400],
  ['NUL', '{"csrfToken":"\\u0000"}', json, 400],
  ['another type', 'csrfToken=x', 'text/plain', 415],
  ['a large form', `csrfToken=x&x=${'x'.repeat(70_000)}`, form, 413],
  ['large JSON', `{"x":"${'x'.repeat(70_000)}"}`, json, 413],
])('I8: signing out with %s is refused in the form of every error', async (_, raw, type, expected) => {
  const { browser } = await seedPerson();
  const {
    status,
    headers,
    json: body,
  } = await browser.send(route.POST, { params: at('signout'), raw, headers: { 'content-type': type } });
  expect([status, body.error.code]).toEqual([
    expected,
    { 400: 'invalid_request', 413: 'too_large', 415: 'unsupported_media_type' }[expected],
  ]);
  expectAnswered({ headers });
  expect(await db.$count(sessions)).toBe(1);
});

test.each(['//evil.example', 'https://evil.example', 'javascript:alert(1)', '/account', 'garbage', '\0'])(
  'I7: the callback address %j leads nowhere but home',
  async (callbackUrl) => {
    const { browser } = await seedPerson();
    browser.cookies.set('next-auth.callback-url', encodeURIComponent(callbackUrl));
    const fields = { csrfToken: await csrfOf(browser), callbackUrl };
    const { status, headers } = await post(browser, 'signout', fields);
    expect([status, headers.get('location')]).toEqual([302, 'http://localhost:3000']);
  },
);

test.each([
  '?callbackUrl=garbage',
  '?callbackUrl=javascript:alert(1)',
  '?error=<script>',
  '?nextauth=_log',
  '?callbackUrl=/a&callbackUrl=/b',
])('T13: the query %s changes no answer', async (query) => {
  const { browser } = await seedPerson();
  const { status, json: body } = await get(browser, 'session', { query: `api/auth/session${query}` });
  expect([status, Object.keys(body).sort()]).toEqual([200, ['expires', 'user']]);
});

test('T14: the forwarded host and protocol change nothing', async () => {
  vi.stubEnv('NEXTAUTH_URL', config.publicUrl); // as lib/jobs does at the start
  vi.stubEnv('AUTH_TRUST_HOST', '1');
  const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', host: 'evil.example' };
  const { browser } = await seedPerson();
  const token = (await get(browser, 'csrf', { headers })).json.csrfToken;
  const out = await post(browser, 'signout', { csrfToken: token }, headers);
  expect(out.headers.get('location')).toBe('http://localhost:3000');
  vi.unstubAllEnvs();
});

test('no way to sign in is offered by next-auth', async () => {
  expect((await get(new Browser(), 'providers')).json).toEqual({});
});
