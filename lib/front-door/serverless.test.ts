import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { test as everyDatabase, expect } from 'vitest';
import { GET as jobs } from '@/app/api/jobs/route';
import { GET as oidc } from '@/app/oidc/[...path]/route';
import { db } from '@/db';
import { config } from '@/lib/config';
import { refuseUnready } from '@/lib/front-door';
import { freePort } from '@/tests/setup/free-port';
import { withSettings } from '@/tests/setup/settings';

// Functions have no embedded database.
const test = everyDatabase.runIf(config.databaseUrl);
const environment = {
  VERCEL: '1',
  PUBLIC_URL: 'https://id.example.com',
  CRON_SECRET: 'c'.repeat(16),
  ALLOWED_HOSTS: 'also.example',
};

const forget = () => delete (globalThis as Record<symbol, unknown>)[Symbol.for('latchkey.functions')];
const asFunction = <T>(run: () => Promise<T>, more: Record<string, string> = {}) => {
  forget();
  return withSettings({ ...environment, ...more }, run).finally(forget);
};
const ask = (path: string, headers: Record<string, string> = {}) =>
  refuseUnready(new Request(`https://id.example.com${path}`, { headers: { host: 'id.example.com', ...headers } }));

everyDatabase('where a process of ours serves, nothing is turned away here', async () => {
  expect(await ask('/sign-in', { host: 'evil.example' })).toBeUndefined();
});

test('a function answers under our hosts, and elsewhere says where to go in the form that was asked for', () =>
  asFunction(async () => {
    expect(await ask('/sign-in')).toBeUndefined();
    expect(await ask('/sign-in', { host: 'also.example' })).toBeUndefined();

    const host = 'latchkey-abc-team.vercel.app';
    const shown = await ask('/sign-in', { host, accept: 'text/html' });
    expect(shown?.status).toBe(421);
    expect(shown?.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await shown?.text()).toContain('Open https://id.example.com instead.');
    const json = await ask('/api/passkeys', { host });
    expect([json?.status, await json?.json()]).toEqual([
      421,
      {
        error: {
          code: 'misdirected',
          message: expect.stringContaining('https://id.example.com'),
          requestId: json?.headers.get('x-request-id'),
        },
      },
    ]);
    expect((await ask('/oidc/token', { host }))?.status).toBe(421);
    expect((await ask('/api/jobs', { host }))?.status).toBe(421);
    expect(await ask('/api/jobs', { host, authorization: `Bearer ${environment.CRON_SECRET}` })).toBeUndefined();
  }));

test('a function waits for the migrations of its build, and asks no more once they are there', async () => {
  const rename = (from: string, to: string) => db.execute(sql.raw(`alter table ${from} rename to ${to}`));
  await rename('latchkey_migrations', 'gone');
  await asFunction(async () => {
    try {
      const shown = await ask('/sign-in');
      expect(shown?.status).toBe(503);
      expect(await shown?.text()).toContain('Try again in a few minutes.');
      expect(await (await ask('/oidc/token'))?.json()).toMatchObject({ error: 'temporarily_unavailable' });
    } finally {
      await rename('gone', 'latchkey_migrations');
    }
    expect(await ask('/sign-in')).toBeUndefined();
    await rename('latchkey_migrations', 'gone');
    try {
      expect(await ask('/sign-in')).toBeUndefined();
    } finally {
      await rename('gone', 'latchkey_migrations');
    }
  });
});

test('a function whose database is away says so', async () => {
  const url = `postgres://u@127.0.0.1:${await freePort()}/d`;
  await asFunction(
    async () => {
      const response = await ask('/api/passkeys');
      expect(response?.status).toBe(503);
      expect(await response?.text()).toMatch(/cannot reach its database/);
    },
    { DATABASE_URL: url },
  );
});

test('the JSON interface and the provider ask before anything else', () =>
  asFunction(async () => {
    const request = (path: string) => new Request(`https://x.example${path}`, { headers: { host: 'x.example' } });
    const params = Promise.resolve({});
    expect((await jobs(request('/api/jobs') as never, { params })).status).toBe(421);
    expect((await oidc(request('/oidc/jwks'))).status).toBe(421);
  }));

everyDatabase(
  'every route asks what is in its way, but for the two that say how we are and one behind the middleware',
  () => {
    const files = readdirSync('app', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('route.ts'));
    const silent = files.filter(
      (name) => !/\b(jsonRoute|jsonOf|handleOidc|serveApi|whenReady)\b/.test(readFileSync(`app/${name}`, 'utf8')),
    );
    expect(silent.toSorted()).toEqual(['foreign-form/route.ts', 'healthz/route.ts', 'readyz/route.ts']);
  },
);
