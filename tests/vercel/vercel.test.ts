import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres } from '../setup/postgres-server';
import { build, keepOwnBuild } from './build';
import { type Functions, functionsIn } from './functions';
import { platform, VISITOR } from './platform';

const settings = {
  PUBLIC_URL: 'https://id.example.com',
  APP_SECRET: 'Q7xk2mVt9bLr4nWc8pZs1dHf6gJy3aEu',
  CRON_SECRET: 'c'.repeat(16),
  LOG_LEVEL: 'error',
};
const page = { accept: 'text/html,*/*', 'sec-fetch-mode': 'navigate' };
const bearer = { authorization: `Bearer ${settings.CRON_SECRET}` };
const origin = settings.PUBLIC_URL;

const folder = mkdtempSync(join(tmpdir(), 'latchkey-functions-'));
const open: Functions[] = [];
let told: typeof settings & { DATABASE_URL: string };
let sql: postgres.Sql;
let restore = () => {};
let stopServer = async () => {};
let preview: ReturnType<typeof build>;

beforeAll(async () => {
  const server = await startPostgres();
  stopServer = server.stop;
  told = { ...settings, DATABASE_URL: server.url };
  sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  restore = keepOwnBuild();
  preview = build('preview', told);
});

afterAll(async () => {
  for (const functions of open) await functions.stop();
  await sql.end();
  await stopServer();
  restore();
  rmSync(folder, { recursive: true, force: true });
});

/** The functions of a build as the platform would run them, each from a cold start. */
function deploy(output: string, given: Record<string, string>) {
  const functions = functionsIn(output, folder, given);
  open.push(functions);
  return { functions, ask: platform(output, functions) };
}

const migrations = () => sql`select name from latchkey_migrations where extension = ''`.catch(() => []);

test('a preview leaves the database as it is, and its functions say so and live on', async () => {
  expect(await migrations()).toEqual([]);
  const { ask, functions } = deploy(preview.output, told);

  const shown = await ask('/sign-in', { headers: page });
  expect(shown).toMatchObject({ status: 503, headers: { 'retry-after': '30', 'cache-control': 'no-store' } });
  expect(shown.text).toContain('The service is being set up or updated. Try again in a few minutes.');

  const asked = await ask('/api/auth/session');
  expect(asked.status).toBe(503);
  expect(JSON.parse(asked.text).error).toMatchObject({
    code: 'unavailable',
    message: 'The service is being set up or updated. Try again in a few minutes.',
  });
  expect(JSON.parse((await ask('/oidc/jwks')).text)).toMatchObject({ error: 'temporarily_unavailable' });
  expect(await ask('/oidc/jwks')).toMatchObject({ status: 503 });

  expect(await ask('/readyz')).toMatchObject({
    status: 503,
    text: expect.stringMatching(/migration 0000_\S+ is missing/),
  });
  expect(await ask('/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await ask('/sign-in', { headers: page })).toMatchObject({ status: 503 });
  expect(functions.ended).toEqual([]);
  expect(await migrations()).toEqual([]);
});

test('functions whose settings are wrong say so, name none of them to strangers, and live on', async () => {
  const { ask, functions } = deploy(preview.output, { ...told, APP_SECRET: '', DATABASE_URL: '' });
  const shown = await ask('/sign-in', { headers: page });
  expect(shown.status).toBe(503);
  expect(shown.text).toContain('The service is not set up yet.');
  expect(shown.text).not.toContain('APP_SECRET');
  expect(await ask('/api/passkeys')).toMatchObject({ status: 503 });
  expect(await ask('/oidc/jwks')).toMatchObject({ status: 503 });
  expect(await ask('/healthz')).toMatchObject({ status: 200 });
  expect(functions.said.join('')).toMatch(/APP_SECRET is missing[\s\S]*DATABASE_URL is missing/);
  expect(functions.ended).toEqual([]);
});

test('a build for production brings the database up to date, and its functions serve', async () => {
  const { said, output } = build('production', told);
  expect(said).toMatch(/The database is up to date\.\nsetup link: https:\/\/id\.example\.com\/setup\/\S+/);
  expect((await migrations()).length).toBeGreaterThan(10);
  const { ask, functions } = deploy(output, told);

  const shown = await ask('/sign-in', { headers: page });
  expect(shown).toMatchObject({ status: 200, headers: { 'content-security-policy': expect.stringMatching(/nonce-/) } });
  expect(shown.text).toContain('Sign in with a passkey');
  expect(await ask('/readyz')).toMatchObject({ status: 200, text: 'ready\n' });
  const discovered = JSON.parse((await ask('/.well-known/openid-configuration')).text);
  expect(discovered).toMatchObject({ issuer: origin, token_endpoint: `${origin}/oidc/token` });
  expect(JSON.parse((await ask('/oidc/jwks')).text).keys).not.toEqual([]);
  expect(await ask('/favicon.ico')).toMatchObject({ status: 200 });
  expect(await ask('/no-such-page', { headers: page })).toMatchObject({ status: 404 });

  const json = { origin, 'content-type': 'application/json' };
  const options = await ask('/api/passkeys/authenticate/options', {
    method: 'POST',
    headers: json,
    body: Buffer.from('{}'),
  });
  expect(options.status).toBe(200);
  expect(options.text).toMatch(/"challenge":"[\w-]+"/);

  // Its path has a value in it.
  const [setup] = /setup\/\S+/.exec(said)!;
  const enrolling = await ask(`/${setup}`, { headers: page });
  expect(enrolling.status).toBe(200);
  expect(enrolling.text).toMatch(/administrator/i);

  expect(await ask('/api/jobs')).toMatchObject({ status: 404 });
  expect(await ask('/api/jobs', { headers: bearer })).toMatchObject({ status: 200, text: '{"notices":0}' });
  expect(functions.ended).toEqual([]);
  expect(functions.said.join('')).not.toMatch(/error/i);
});

test('a form without a script is answered, and its sender is where the platform says', async () => {
  const { ask } = deploy(join(preview.output, '../output-production'), told);
  const shown = await ask('/sign-in', { headers: page });
  const form = /<form[^>]*>(?:(?!<\/form>)[\s\S])*name="password"[\s\S]*?<\/form>/.exec(shown.text)?.[0] ?? '';
  const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)];
  const sent = new FormData();
  for (const [, name, value = ''] of hidden) sent.set(name!, value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
  sent.set('email', 'nobody@example.com');
  sent.set('password', 'not the password at all');
  const encoded = new Response(sent);
  const cookies = (shown.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]).join('; ');
  const answered = await ask('/sign-in', {
    method: 'POST',
    headers: {
      ...{ ...page, origin, cookie: cookies, 'content-type': encoded.headers.get('content-type')! },
      'x-forwarded-for': '198.51.100.66',
    },
    body: Buffer.from(await encoded.arrayBuffer()),
  });
  expect(answered.status).toBe(200);
  expect(answered.text).toContain('That did not match.');

  const foreign = { ...page, origin: 'https://evil.example' };
  const refused = await ask('/sign-in', { method: 'POST', headers: foreign, body: Buffer.from('email=x') });
  expect(refused).toMatchObject({ status: 403, text: expect.stringMatching(/sent from another site/) });
  const events = await sql`select distinct address from audit_events where address <> ''`;
  expect(events).toEqual([{ address: VISITOR }]);
});

test('under the host of a preview, everything says where to go', async () => {
  const { ask, functions } = deploy(join(preview.output, '../output-production'), told);
  const host = 'latchkey-git-branch-team.vercel.app';
  for (const path of ['/', '/sign-in', '/api/auth/session', '/oidc/jwks', '/.well-known/openid-configuration']) {
    const { status, text } = await ask(path, { headers: { ...page, host } });
    expect([path, status]).toEqual([path, 421]);
    expect(text).toContain('Nothing is answered under this address. Open https://id.example.com instead.');
  }
  const posted = await ask('/api/passkeys/authenticate/options', { method: 'POST', headers: { host, origin } });
  expect(JSON.parse(posted.text)).toMatchObject({ error: { code: 'misdirected' } });
  expect(await ask('/healthz', { headers: { host } })).toMatchObject({ status: 200 });
  expect(await ask('/readyz', { headers: { host } })).toMatchObject({ status: 200 });
  expect(await ask('/api/jobs', { headers: { host } })).toMatchObject({ status: 421 });
  // The platform's own scheduler comes under a name of the platform.
  expect(await ask('/api/jobs', { headers: { ...bearer, host } })).toMatchObject({ status: 200 });
  expect(functions.ended).toEqual([]);
});
