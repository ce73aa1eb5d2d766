import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTableName, isTable, sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeEach, inject } from 'vitest';

// The local outbox prints its letters for somebody at a console; here nobody reads them.
process.stdout.write = () => true;

const template = inject('template');
const removeDatabase =
  'folder' in template ? copyFolder(template.folder) : await copyOnServer(template.server, template.name);

// Only now: the configuration is read once, and must find the copy.
const { closeDb, db } = await import('@/db');
const tables = Object.values(await import('@/db/schema'))
  .filter((value) => isTable(value))
  .map((table) => `"${getTableName(table)}"`);

/** Deleting with the triggers off takes PGlite 5 ms where `truncate` takes 75; one statement, because PGlite prepares one. */
const emptyTables = `do $$ begin
  set local session_replication_role = replica;
  ${tables.map((table) => `delete from ${table};`).join('\n')}
end $$`;

beforeEach(async () => {
  await db.execute(sql.raw(emptyTables));
});

afterAll(async () => {
  await closeDb();
  removeDatabase();
});

/** A folder of its own for each file: copying takes PGlite a tenth of the time that making a new database takes. */
function copyFolder(from: string) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
  cpSync(from, folder, { recursive: true });
  process.env.DATA_DIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** A database for each worker, kept from file to file; files of one worker run after each other. */
async function copyOnServer(url: string, from: string) {
  const name = `${from}_${process.env.VITEST_POOL_ID}`;
  const server = postgres(url, { max: 1, onnotice: () => undefined });
  const found = await server`select from pg_database where datname = ${name}`;
  if (found.length === 0) await server`create database ${server(name)} template ${server(from)}`;
  await server.end();

  const address = new URL(url);
  address.pathname = name;
  process.env.DATABASE_URL = address.href;
  return () => undefined;
}
