import './async-storage'; // before anything of Next.js, whichever file needs it
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { getTableName, isTable, sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterEach, beforeEach, inject, vi } from 'vitest';

// The local outbox prints its e-mails for somebody at a console; here nobody reads them.
process.stdout.write = () => true;

// A worker runs many files, one after the other, and keeps its database open for all of them.
const worker = globalThis as { hasDatabase?: boolean };
if (!worker.hasDatabase) {
  const template = inject('template');
  if ('folder' in template) copyFolder(template.folder, template.copies);
  else await copyOnServer(template.server, template.name);
  worker.hasDatabase = true;
}

// Only now: the configuration is read once, and must find the copy.
const { db } = await import('@/db');
const tables = Object.values(await import('@/db/schema'))
  .filter((value) => isTable(value))
  .map((table) => `"${getTableName(table)}"`)
  .filter((name) => name !== '"steady_keys"');
// Made at the first start of an installation, before anybody asks for anything.
await (await import('@/lib/vault')).steadyKeys();

/** Deleting with the triggers off takes PGlite 5 ms where `truncate` takes 75; one statement, because PGlite prepares one. */
const emptyTables = `do $$ begin
  set local session_replication_role = replica;
  ${tables.map((table) => `delete from ${table};`).join('\n')}
end $$`;

beforeEach(async () => {
  await db.execute(sql.raw(emptyTables));
  // What a process keeps of them, see `getPublishedKids`.
  delete (globalThis as Record<symbol, unknown>)[Symbol.for('latchkey.signing-keys')];
});

afterEach(({ task }) => {
  vi.useRealTimers();
  // The end of `npm test` tells the beginning of a stack; what Drizzle throws says the statement there, and why only in its cause.
  for (const error of task.result?.errors ?? []) {
    const { code = '', message } = (error.cause ?? {}) as { code?: string; message?: string };
    if (message) error.stack = `because of ${code} ${message}\n${error.stack}`;
  }
});

/** Copying takes PGlite a tenth of the time that making a new database takes. */
function copyFolder(from: string, copies: string) {
  process.env.DATA_DIR = join(copies, String(process.pid));
  cpSync(from, process.env.DATA_DIR, { recursive: true });
}

async function copyOnServer(url: string, from: string) {
  const name = `${from}_${process.pid}`;
  const server = postgres(url, { max: 1, onnotice: () => undefined });
  await server`create database ${server(name)} template ${server(from)}`;
  await server.end();

  const address = new URL(url);
  address.pathname = name;
  // A machine that is short of breath is no outage; what an outage is like is tested at closed ports.
  address.searchParams.set('connect_timeout', '30');
  address.searchParams.set('statement_timeout', '30000');
  address.searchParams.set('lock_timeout', '30000');
  process.env.DATABASE_URL = address.href;
}
