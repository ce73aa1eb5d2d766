import { channel } from 'node:diagnostics_channel';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite';
import { drizzle as drizzleServer } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import * as schema from './schema';

export { isUnavailable } from './unavailable';

/** The pool or a transaction: what every query takes first. */
export type Db = PgDatabase<PgQueryResultHKT, typeof schema>;

type Handle = { db: Db; close: () => Promise<void>; embedded?: PGlite; server?: postgres.Sql };

/** The connection behind `db`, for migrations and shutdown only. */
export const handle = lazy<Handle>('database', () =>
  config.databaseUrl ? openServer(config.databaseUrl) : openEmbedded(config.dataDir),
);

/** The database, opened on first use: `next build` imports this module and must not open anything. */
export const db = lazy<Db>('db', () => handle.db);

/** Ends every connection, letting what runs finish (five seconds at most). */
export const closeDb = () => handle.close();

// Every statement is published here; without a subscriber that costs nothing.
const statements = channel('latchkey.statement');
const logger = { logQuery: (statement: string) => statements.publish(statement) };
const options = { schema, logger, casing: 'snake_case' } as const;

function openServer(url: string): Handle {
  const client = postgres(url, {
    max: config.databasePoolSize,
    // Five seconds, unless the URL says otherwise, as libpq lets it.
    ...(url.includes('connect_timeout=') ? {} : { connect_timeout: 5 }),
    idle_timeout: 300,
    // By itself it waits up to 20 seconds before it tries again, and so would every request, long after the outage.
    backoff: () => 0.1,
    onnotice: () => undefined,
  });
  const db = drizzleServer({ client: preparing(client), ...options });
  return { db, server: client, close: () => client.end({ timeout: 5 }) };
}

/**
 * Drizzle sends its statements through `unsafe`, which asks the server to describe each one first: two network round
 * trips instead of one. As named prepared statements they take one and are planned once a connection.
 * `?prepare=false` in the URL turns it off for poolers that cannot keep them.
 */
function preparing(client: postgres.Sql) {
  if (client.options.prepare === false) return client;
  const unsafe: typeof client.unsafe = (query, parameters, settings) =>
    client.unsafe(query, parameters, { ...settings, prepare: true });
  return new Proxy(client, { get: (target, name) => (name === 'unsafe' ? unsafe : Reflect.get(target, name)) });
}

/** Postgres in this process. One process a folder: `migrate` locks it before anything is opened. */
function openEmbedded(folder: string): Handle {
  const inMemory = folder.startsWith('memory:');
  if (!inMemory) mkdirSync(folder, { recursive: true });
  const client = new PGlite(inMemory ? undefined : join(folder, 'postgres'));
  return { db: drizzleEmbedded({ client, ...options }), embedded: client, close: () => client.close() };
}

/** The rows of a raw statement, which the two drivers hand back in different wrappings. */
export function rowsOf<Row>(result: unknown) {
  return (Array.isArray(result) ? result : (result as { rows: Row[] }).rows) as Row[];
}
