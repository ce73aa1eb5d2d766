import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterEach, expect, test, vi } from 'vitest';
import { db, rowsOf } from '@/db';
import { migrate, missingMigrations } from '@/db/migrate';
import { applyMissing, migrationsIn } from '@/db/migrations';
import { users } from '@/db/schema';
import { config } from '@/lib/config';
import { snapshot } from '@/tests/helpers/database';
import { embeddedCopy, newDatabase, onEmptyDatabase } from '@/tests/helpers/empty-database';
import { seedPerson } from '@/tests/helpers/people';
import { startProcess } from '@/tests/setup/process';
import { withSettings } from '@/tests/setup/settings';

const migrations = readdirSync('drizzle').filter((name) => name.endsWith('.sql')).length;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const applied = async () =>
  rowsOf<{ n: number }>(await db.execute(sql`select count(*)::int as n from latchkey_migrations`))[0]!.n;

async function database() {
  const { settings, end } = await newDatabase();
  ends.push(end);
  return settings;
}

async function started(settings: Record<string, string>) {
  const made = await startProcess({ LOG_LEVEL: 'info', ...settings });
  ends.push(() => made.stop());
  return made;
}

test('F20, N4: an empty database gets every migration and no account, and is ready only then', async () => {
  await onEmptyDatabase(async () => {
    expect(await missingMigrations()).toHaveLength(migrations);
    await migrate();
    expect([await missingMigrations(), await applied()]).toEqual([[], migrations]);
    expect(await db.$count(users)).toBe(0);
  });
});

test('N4: migrating again changes nothing, with people in the tables', async () => {
  await seedPerson();
  const before = await snapshot();
  await migrate();
  await migrate();
  expect([await missingMigrations(), await applied()]).toEqual([[], migrations]);
  expect(await snapshot()).toEqual(before);
});

test.runIf(config.databaseUrl)(
  'N4: processes that start at the same time on one empty Postgres migrate it once',
  async () => {
    const settings = await database();
    const processes = await Promise.all([started(settings), started(settings), started(settings)]);
    await Promise.all(processes.map(({ ask }) => ask('migrate')));
    for (const { ask } of processes) expect(await ask('missingMigrations')).toEqual([]);
    await withSettings(settings, async () => expect(await applied()).toBe(migrations));
  },
  60_000,
);

test.runIf(config.databaseUrl)('a second connection waits until the first has migrated', async () => {
  const settings = await database();
  const holder = postgres(settings.DATABASE_URL, { max: 1 });
  await holder`select pg_advisory_lock(7120611)`;
  const pending = withSettings(settings, migrate);
  const queue = () => holder`select from pg_locks where locktype = 'advisory' and not granted`;
  await vi.waitFor(async () => expect(await queue()).toHaveLength(1), { timeout: 20_000 });
  const before = await holder`select to_regclass('public.users') as users`;
  await holder.end();
  await pending;
  expect(before[0]!.users).toBeNull();
});

test.skipIf(config.databaseUrl)(
  'a second process on the same embedded database ends with the reason and touches nothing',
  async () => {
    const { settings, end } = embeddedCopy();
    ends.push(end);
    const [first, second] = await Promise.all([started(settings), started(settings)]);
    await first.ask('migrate');
    second.ask('start').catch(() => undefined);
    expect(await second.ended).toBe(1);
    expect(second.said.stderr.trim()).toBe(
      `The embedded database in ${settings.DATA_DIR} is in use by another Latchkey process. Stop that one, or set DATABASE_URL to share a Postgres server.`,
    );
    expect(await first.ask('missingMigrations')).toEqual([]);
  },
  60_000,
);

test.runIf(config.databaseUrl)(
  'indexes that were made beforehand, keeping nobody waiting, are left as they are',
  async () => {
    const settings = await database();
    const indexes = () =>
      db.execute(sql`select indexname, indexdef from pg_indexes where schemaname = 'public' order by indexname`);
    const asMigrated = rowsOf(await indexes());
    await withSettings(settings, async () => {
      const until = migrationsIn('.').findIndex(({ name }) => name.startsWith('0019'));
      await db.transaction((tx) => applyMissing(tx, migrationsIn('.').slice(0, until)));
      // As docs/scaling.md has it.
      const made = readFileSync(migrationsIn('.')[until]!.file, 'utf8').matchAll(
        /^CREATE INDEX IF NOT EXISTS (.*?;)/gm,
      );
      for (const [, index] of made) await db.execute(sql.raw(`create index concurrently if not exists ${index}`));
      await migrate();
      expect(await missingMigrations()).toEqual([]);
      expect(rowsOf(await indexes())).toEqual(asMigrated);
    });
  },
);
