import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { sql } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import * as health from '@/app/healthz/route';
import { db, rowsOf } from '@/db';
import { auditEvents, challenges, oneTimeTokens, rateLimits, sessions, signingKeys } from '@/db/schema';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import { readiness } from '@/lib/jobs';
import { takeAttempt } from '@/lib/rate-limits';
import { issueSetupLink } from '@/lib/registration-links';
import { DAYS } from '@/lib/time';
import { Browser } from '@/tests/helpers/browser';
import { start } from '@/tests/helpers/ceremonies';
import { age } from '@/tests/helpers/database';
import { seedPerson, somebody } from '@/tests/helpers/people';
import { freePort } from '@/tests/setup/free-port';
import { startProcess } from '@/tests/setup/process';
import { purge } from './purge';

const slow = { timeout: 60_000 };
afterEach(() => vi.useRealTimers());

const counts = async () =>
  Promise.all([challenges, sessions, oneTimeTokens, rateLimits, auditEvents].map((table) => db.$count(table)));

async function somethingOfEach() {
  await seedPerson();
  await start(new Browser(), 'authenticate');
  await issueSetupLink();
  await takeAttempt('manage', somebody);
  await record(db, { type: 'auth.logout' }, somebody);
}

test('N11: what has expired is purged, everywhere, and what lives stays', async () => {
  await somethingOfEach();
  const before = await counts();
  await purge();
  expect(await counts()).toEqual(before);
  await age(366 * DAYS);
  await purge();
  expect(await counts()).toEqual([0, 0, 0, 0, 0]);
});

// The embedded database has no clock but the process's.
const ownClock = test.runIf(config.databaseUrl);

ownClock(
  'a process whose clock is 400 days ahead purges nothing, and one that is behind purges all the same',
  async () => {
    await somethingOfEach();
    const before = await counts();
    vi.setSystemTime(Date.now() + 400 * DAYS * 1000);
    await purge();
    expect(await counts()).toEqual(before);
    vi.setSystemTime(Date.now() - 800 * DAYS * 1000);
    await age(366 * DAYS);
    await purge();
    expect(await counts()).toEqual([0, 0, 0, 0, 0]);
  },
);

test('N11: a purge that fails leaves the others their work', async () => {
  await somethingOfEach();
  await age(366 * DAYS);
  await db.execute(sql`alter table challenges rename to gone`);
  try {
    await purge();
  } finally {
    await db.execute(sql`alter table gone rename to challenges`);
  }
  expect((await counts()).slice(1)).toEqual([0, 0, 0, 0]);
  await purge();
  expect(await counts()).toEqual([0, 0, 0, 0, 0]);
});

test('several instances may purge at the same time', async () => {
  await somethingOfEach();
  await age(366 * DAYS);
  await Promise.all([purge(), purge(), purge()]);
  expect(await counts()).toEqual([0, 0, 0, 0, 0]);
});

test('N1: an instance with a migrated database is ready', async () => {
  expect(await readiness()).toBe('ready');
});

test('it is not while a migration of this build is missing, and says which', async () => {
  const newest = () => db.execute(sql`select name from latchkey_migrations order by name desc limit 1`);
  const [{ name }] = rowsOf<{ name: string }>(await newest()) as [{ name: string }];
  await db.execute(sql`delete from latchkey_migrations where name = ${name}`);
  try {
    expect(await readiness()).toBe(`not ready: migration ${name} is missing`);
  } finally {
    await db.execute(
      sql`insert into latchkey_migrations (extension, name) values ('', ${name}), ('', '9999_of-a-newer-build')`,
    );
  }
  try {
    expect(await readiness(), 'with more than it knows').toBe('ready');
  } finally {
    await db.execute(sql`delete from latchkey_migrations where name = '9999_of-a-newer-build'`);
  }
});

test('N1: it is not while the signing keys cannot be read, and is again when they can', async () => {
  expect(await readiness()).toBe('ready');
  const stored = await db.select().from(signingKeys);
  expect(stored).toHaveLength(2);
  await db.update(signingKeys).set({ privateJwk: new Uint8Array(64) });
  expect(await readiness(), 'with keys that do not open').toBe('not ready');
  await db.delete(signingKeys);
  await db.insert(signingKeys).values(stored);
  expect(await readiness()).toBe('ready');
  await db.execute(sql`alter table signing_keys rename to gone`);
  try {
    expect(await readiness(), 'without a table of them').toBe('not ready');
  } finally {
    await db.execute(sql`alter table gone rename to signing_keys`);
  }
  expect(await readiness()).toBe('ready');
});

test('asking again whether it is ready takes one statement, and being alive none', async () => {
  expect(await readiness()).toBe('ready');
  expect(await readiness()).toBe('ready');
  const statements: unknown[] = [];
  const note = (statement: unknown) => statements.push(statement);
  subscribe('latchkey.statement', note);
  try {
    expect(await readiness()).toBe('ready');
    expect(statements).toHaveLength(1);
    health.GET();
    expect(statements).toHaveLength(1);
  } finally {
    unsubscribe('latchkey.statement', note);
  }
});

test.runIf(config.databaseUrl)(
  'it is not where the database only reads, and the connection to it is given up',
  async () => {
    expect(await readiness()).toBe('ready');
    const pids = async () => rowsOf<{ pid: number }>(await db.execute(sql`select pg_backend_pid() as pid`))[0]!.pid;
    const before = await pids();
    await db.execute(sql`select set_config('default_transaction_read_only', 'on', false)`);
    expect(await readiness()).toBe('not ready');
    expect(await readiness()).toBe('ready');
    expect(await pids()).not.toBe(before);
  },
);

test.runIf(config.databaseUrl)(
  'a start that Postgres refuses says what it said, and no password',
  { timeout: 120_000 },
  async () => {
    const wrong = new URL(config.databaseUrl!);
    wrong.password = 'wrong-word';
    const none = new URL(config.databaseUrl!);
    none.pathname = '/no_such_database';
    for (const [url, sentence] of [
      [wrong, /^Latchkey cannot start: the database says: password authentication failed for user "\w+" \(28P01\)\n$/],
      [none, /^Latchkey cannot start: the database says: database "no_such_database" does not exist \(3D000\)\n$/],
    ] as const) {
      const process = await startProcess({ DATABASE_URL: url.href });
      process.ask('start').catch(() => undefined);
      expect(await process.ended).toBe(1);
      expect(process.said.stderr).toMatch(sentence);
      expect(process.said.stdout + process.said.stderr).not.toMatch(/wrong-word|latchkey@/);
    }
  },
);

const onceOnly = test.skipIf(config.databaseUrl);

onceOnly('N3: a process with an unsafe configuration ends with every reason, and without a stack', slow, async () => {
  const unsafe = await startProcess({ PUBLIC_URL: 'https://id.example.com', APP_SECRET: '', SIGN_UP: 'open' });
  unsafe.ask('start').catch(() => undefined);
  expect(await unsafe.ended).toBe(1);
  expect(unsafe.said.stderr).toMatch(
    /^Latchkey cannot start:\n {2}- APP_SECRET is missing.*\n {2}- TRUSTED_PROXIES is missing.*\n {2}- SIGN_UP=open.*\n$/,
  );
});

onceOnly('a function whose settings are wrong says so in its log, and lives on', slow, async () => {
  const called = await startProcess({ VERCEL: '1', PUBLIC_URL: 'https://id.example.com', APP_SECRET: '' });
  try {
    await called.ask('start');
    expect(called.said.stderr).toMatch(/APP_SECRET is missing.*\n.*DATABASE_URL is missing/);
    expect(await called.ask('readiness')).toBe('not ready');
  } finally {
    await called.stop();
  }
});

onceOnly('N8: a database that is away at the start is waited for', slow, async () => {
  const url = `postgres://u:pass-word@127.0.0.1:${await freePort()}/d`;
  const child = await startProcess({ DATABASE_URL: url, LOG_LEVEL: 'info' });
  try {
    await child.ask('start');
    expect(await child.ask('readiness')).toBe('not ready');
    expect(child.said.stdout).toMatch(/"code":"ECONNREFUSED".*the database is away; trying again/);
    expect(child.said.stdout).not.toContain('pass-word');
  } finally {
    await child.stop();
  }
});
