import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterEach, expect, inject, test, vi } from 'vitest';
import { db, rowsOf } from '@/db';
import { isMigrated, migrate } from '@/db/migrate';
import { config } from '@/lib/config';
import { snapshot } from '@/tests/helpers/database';
import { seedPerson } from '@/tests/helpers/people';
import { startProcess } from '@/tests/setup/process';
import { withSettings } from '@/tests/setup/settings';

const migrations = readdirSync('drizzle').filter((name) => name.endsWith('.sql')).length;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

type Settings = { DATA_DIR: string; DATABASE_URL: string };

/** A copy of the migrated embedded database, so that no process has to make one. */
function embeddedCopy(): Settings {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'latchkey-migrate-'));
  ends.push(() => rmSync(DATA_DIR, { recursive: true }));
  const template = inject('template');
  if ('folder' in template) cpSync(template.folder, DATA_DIR, { recursive: true });
  return { DATA_DIR, DATABASE_URL: '' };
}

/** A database of this test's own on the server, with nothing in it. */
async function newDatabase(): Promise<Settings> {
  const server = postgres(config.databaseUrl!, { max: 1, onnotice: () => undefined });
  const name = `latchkey_migrate_${process.pid}_${Math.floor(Math.random() * 1e9)}`;
  await server`create database ${server(name)}`;
  ends.push(async () => {
    await server`drop database ${server(name)} with (force)`;
    await server.end();
  });
  const url = new URL(config.databaseUrl!);
  url.pathname = name;
  return { DATA_DIR: 'memory:', DATABASE_URL: url.href };
}

const onEmpty = async (run: () => Promise<void>) =>
  withSettings(config.databaseUrl ? await newDatabase() : embeddedCopy(), async () => {
    await db.execute(sql`drop schema if exists drizzle cascade`);
    await db.execute(sql`drop schema public cascade`);
    await db.execute(sql`create schema public`);
    await run();
  });

const applied = async () =>
  rowsOf<{ n: number }>(await db.execute(sql`select count(*)::int as n from drizzle.__drizzle_migrations`))[0]!.n;

async function started(settings: Record<string, string>) {
  const made = await startProcess({ LOG_LEVEL: 'info', ...settings });
  ends.push(() => made.stop());
  return made;
}

test('N4: an empty database gets every migration, and is ready only then', async () => {
  await onEmpty(async () => {
    await expect(isMigrated()).rejects.toThrow();
    await migrate();
    expect([await isMigrated(), await applied()]).toEqual([true, migrations]);
  });
});

test('N4: migrating again changes nothing, with people in the tables', async () => {
  await seedPerson();
  const before = await snapshot();
  await migrate();
  await migrate();
  expect([await isMigrated(), await applied()]).toEqual([true, migrations]);
  expect(await snapshot()).toEqual(before);
});

test('a database that lacks the newest migration is not ready', async () => {
  await onEmpty(async () => {
    await migrate();
    await db.execute(
      sql`delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations)`,
    );
    expect(await isMigrated()).toBe(false);
  });
});

test.runIf(config.databaseUrl)(
  'N4: processes that start at the same time on one empty Postgres migrate it once',
  async () => {
    const settings = await newDatabase();
    const processes = await Promise.all([started(settings), started(settings), started(settings)]);
    await Promise.all(processes.map(({ ask }) => ask('migrate')));
    for (const { ask } of processes) expect(await ask('isMigrated')).toBe(true);
    await withSettings(settings, async () => expect(await applied()).toBe(migrations));
  },
  60_000,
);

test.runIf(config.databaseUrl)('a second connection waits until the first has migrated', async () => {
  const settings = await newDatabase();
  const holder = postgres(settings.DATABASE_URL, { max: 1 });
  await holder`select pg_advisory_lock(7120611)`;
  const waiting = withSettings(settings, migrate);
  const queue = () => holder`select from pg_locks where locktype = 'advisory' and not granted`;
  await vi.waitFor(async () => expect(await queue()).toHaveLength(1), { timeout: 20_000 });
  const before = await holder`select to_regclass('public.users') as users`;
  await holder.end();
  await waiting;
  expect(before[0]!.users).toBeNull();
});

test.skipIf(config.databaseUrl)(
  'a second process on the same embedded database ends with the reason and touches nothing',
  async () => {
    const settings = embeddedCopy();
    const [first, second] = await Promise.all([started(settings), started(settings)]);
    await first.ask('migrate');
    second.ask('start').catch(() => undefined);
    expect(await second.ended).toBe(1);
    expect(second.said.stderr.trim()).toBe(
      `The embedded database in ${settings.DATA_DIR} is in use by another Latchkey process. Stop that one, or set DATABASE_URL to share a Postgres server.`,
    );
    expect(await first.ask('isMigrated')).toBe(true);
  },
  60_000,
);
