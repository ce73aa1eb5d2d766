import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { db, rowsOf } from '@/db';
import { migrate, missingMigrations } from '@/db/migrate';
import { applyMissing, migrationsIn, missingFrom, pathOf } from '@/db/migrations';
import { users } from '@/db/schema';
import { mayRecoverByMail } from '@/lib/users';
import { onEmptyDatabase } from '@/tests/helpers/empty-database';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

type Folder = [name: string, when: number, statements: string][];

/** A checkout of a build that has these migrations, by folder. */
function build(folders: Record<string, Folder>) {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-build-'));
  roots.push(root);
  for (const [folder, migrations] of Object.entries(folders)) {
    mkdirSync(join(root, folder, 'meta'), { recursive: true });
    const entries = migrations.map(([tag, when], idx) => ({ idx, when, tag }));
    writeFileSync(join(root, folder, 'meta/_journal.json'), JSON.stringify({ entries }));
    for (const [tag, , statements] of migrations) writeFileSync(join(root, folder, `${tag}.sql`), statements);
  }
  return migrationsIn(root);
}

const start = (migrations: ReturnType<typeof build>) => db.transaction((tx) => applyMissing(tx, migrations));
const applied = async () =>
  rowsOf<{ extension: string; name: string }>(
    await db.execute(sql`select extension, name from latchkey_migrations order by extension, name`),
  );
const appliedPaths = async () => (await applied()).map(pathOf);
const missing = async (migrations: ReturnType<typeof build>) => missingFrom(migrations, await applied()).map(pathOf);
const tablesIn = async (schema: string) =>
  rowsOf<{ name: string }>(
    await db.execute(sql`select tablename as name from pg_tables where schemaname = ${schema} order by 1`),
  ).map(({ name }) => name);

const first: Folder[number] = [
  '0000_first',
  1000,
  'create table first (id int);--> statement-breakpoint\ncreate table more (id int);',
];
const earlier: Folder[number] = ['0001_earlier', 500, 'create table earlier (id int)'];
const later: Folder[number] = ['0002_later', 2000, 'create table later (id int)'];

test('a migration that was generated earlier and arrives later is applied, and until then is missing by its name', async () => {
  await onEmptyDatabase(async () => {
    await start(build({ drizzle: [first, later] }));
    const merged = build({ drizzle: [first, earlier, later] });
    expect(await missing(merged)).toEqual(['0001_earlier']);
    await start(merged);
    expect(await missing(merged)).toEqual([]);
    expect(await tablesIn('public')).toEqual(['earlier', 'first', 'latchkey_migrations', 'later', 'more']);
  });
});

test('migrations are known by their names: neither another date nor another text of one applies it again', async () => {
  await onEmptyDatabase(async () => {
    await start(build({ drizzle: [first] }));
    await start(build({ drizzle: [['0000_first', 9000, 'create table elsewhere (id int)'], later] }));
    expect(await tablesIn('public')).toEqual(['first', 'latchkey_migrations', 'later', 'more']);
  });
});

test('a database with more than this build knows lacks nothing: the build before is ready on it', async () => {
  await onEmptyDatabase(async () => {
    await start(build({ drizzle: [first, later] }));
    const before = build({ drizzle: [first] });
    await start(before);
    expect(await missing(before)).toEqual([]);
    expect(await appliedPaths()).toEqual(['0000_first', '0002_later']);
  });
});

test('one that fails leaves nothing behind, of itself or of those before it', async () => {
  await onEmptyDatabase(async () => {
    const wrong = build({
      drizzle: [first, ['0001_wrong', 2, 'create table wrong (id int);--> statement-breakpoint\nno']],
    });
    await expect(start(wrong)).rejects.toThrow();
    expect(await tablesIn('public')).toEqual([]);
  });
});

test('an extension has a folder and names of its own, and comes after us', async () => {
  await onEmptyDatabase(async () => {
    const extension: Folder = [['0000_first', 1, 'create table devices (id int references parent)']];
    const parent: Folder = [['0000_first', 2, 'create table parent (id int primary key)']];
    const both = build({ drizzle: parent, 'extensions/devices/migrations': extension, 'extensions/empty/pages': [] });
    await start(build({ drizzle: parent }));
    expect(await missing(both)).toEqual(['devices/0000_first']);
    await start(both);
    expect(await appliedPaths()).toEqual(['0000_first', 'devices/0000_first']);
    expect(await tablesIn('public')).toEqual(['devices', 'latchkey_migrations', 'parent']);
  });
});

/** What Drizzle's migrator noted of our first seven files: their dates, and hashes of texts that are no longer theirs. */
const dates = [1795295708200, 1795295709723, 1795297468578, 1795297952592, 1795307398519, 1795307400286, 1795312603828];

/** A database as it was when Drizzle's migrator made it, with so many of the first seven. */
async function madeByDrizzle(howMany: number) {
  await start(migrationsIn('.').slice(0, howMany));
  await db.execute(sql`drop table latchkey_migrations`);
  await db.execute(sql`create schema drizzle`);
  await db.execute(
    sql`create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
  );
  for (const date of dates.slice(0, howMany)) {
    await db.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('f00', ${date})`);
  }
}

test('what Drizzle’s migrator applied before there was our journal is carried over, once, and not applied again', async () => {
  await onEmptyDatabase(async () => {
    await madeByDrizzle(7);
    expect(await missingMigrations()).toEqual(migrationsIn('.').map(pathOf));
    await migrate();
    await migrate();
    expect(await missingMigrations()).toEqual([]);
    expect((await appliedPaths()).slice(0, 7)).toEqual(migrationsIn('.').slice(0, 7).map(pathOf));
  });
});

test('and what it had not applied yet is applied', async () => {
  await onEmptyDatabase(async () => {
    await madeByDrizzle(5);
    await migrate();
    expect(await missingMigrations()).toEqual([]);
    const triggers = await db.execute(sql`select from pg_trigger where tgname = 'sessions_note_logout'`);
    expect(rowsOf(triggers)).toHaveLength(1);
  });
});

test('who has an account when confirmed addresses become the rule keeps the recovery that there was, and nobody else', async () => {
  await onEmptyDatabase(async () => {
    await start(migrationsIn('.').slice(0, 7));
    const add = (email: string, confirmed: Date | null) =>
      db.execute(sql`insert into users (id, handle, email, name, email_verified_at)
        values (gen_random_uuid(), decode(md5(${email}), 'hex'), ${email}, 'Somebody', ${confirmed?.toISOString() ?? null}::timestamptz)`);
    await add('typed@example.com', null);
    await add('confirmed@example.com', new Date());
    await start(migrationsIn('.'));
    await add('later@example.com', null);
    const recovers = async (email: string) => {
      const [user] = await db.select().from(users).where(eq(users.email, email));
      return [user!.recoversUnconfirmed, mayRecoverByMail(user!)];
    };
    expect(await recovers('typed@example.com')).toEqual([true, true]);
    expect(await recovers('confirmed@example.com')).toEqual([false, true]);
    expect(await recovers('later@example.com')).toEqual([false, false]);
  });
});

test('every migration works in any schema, also beside one that Drizzle’s migrator filled', async () => {
  await onEmptyDatabase(async () => {
    await madeByDrizzle(7);
    const before = await tablesIn('public');
    await db.execute(sql`create schema "Sign-in"`);
    await db.transaction(async (tx) => {
      await tx.execute(sql`set local search_path to "Sign-in"`);
      await applyMissing(tx, migrationsIn('.'));
    });
    expect(await tablesIn('public')).toEqual(before);
    expect(await tablesIn('Sign-in')).toEqual(expect.arrayContaining([...before, 'latchkey_migrations']));
    const crossing = await db.execute(sql`select conname from pg_constraint
      where contype = 'f' and connamespace = '"Sign-in"'::regnamespace
      and (select relnamespace from pg_class where oid = confrelid) <> connamespace`);
    expect(rowsOf(crossing), 'foreign keys into another schema').toEqual([]);
  });
});

test('no migration names the schema public, and each file is in its list', () => {
  const files = globSync(['drizzle/*.sql', 'extensions/*/migrations/*.sql']);
  for (const file of files) expect(readFileSync(file, 'utf8'), file).not.toMatch(/"?public"?\s*\./);
  expect(files.map((file) => basename(file)).sort()).toEqual(
    migrationsIn('.')
      .map(({ file }) => basename(file))
      .sort(),
  );
});
