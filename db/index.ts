import { channel } from 'node:diagnostics_channel';
import type { PGlite } from '@electric-sql/pglite';
import type { AnyColumn } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite';
import { drizzle as drizzleServer } from 'drizzle-orm/postgres-js';
import { config } from '@/lib/config';
import { isMade, lazy, lazyProperties } from '@/lib/lazy';
import { openEmbedded } from './embedded';
import { openPool } from './pool';
import * as schema from './schema';
import { withRetries } from './transaction';

export { prepared, rowsOf } from './prepared';
export { afterCommit } from './transaction';
export { databaseMessage, isUnavailable } from './unavailable';

/** The pool or a transaction: what every query takes first. */
export type Db = PgDatabase<PgQueryResultHKT, typeof schema>;

type Handle = { db: Db; close: () => Promise<void> };

const connection = lazy<Handle>('database', () =>
  config.databaseUrl ? openServer(config.databaseUrl) : openInProcess(config.dataDir),
);

const members = {
  _: true,
  query: true,
  $cache: true,
  $count: true,
  $with: true,
  with: true,
  select: true,
  selectDistinct: true,
  selectDistinctOn: true,
  insert: true,
  update: true,
  delete: true,
  refreshMaterializedView: true,
  execute: true,
  transaction: true,
} satisfies Record<keyof Db, true>;

/** The database, opened on first use: `next build` imports this module and must not open anything. */
export const db: Db = lazyProperties(() => connection().db, Object.keys(members) as (keyof Db)[]);

/** The embedded database itself, beneath Drizzle; for what only it can do. */
export const embeddedClient = () => (connection().db as unknown as { $client: PGlite }).$client;

/** Ends every connection, letting what runs finish (five seconds at most); one that nobody opened is not opened for that. */
export const closeDb = async () => {
  if (isMade('database')) await connection().close();
};

// Every statement is published here; without a subscriber that costs nothing.
const statements = channel('latchkey.statement');
const logger = { logQuery: (statement: string) => statements.publish(statement) };
const options = { schema, logger, casing: 'snake_case' } as const;

function openServer(url: string): Handle {
  const { client, close } = openPool(url, config.databasePoolSize);
  return { db: withRetries(drizzleServer({ client, ...options })), close };
}

/** One process a folder: `migrate` locks it before anything is opened. */
function openInProcess(dataDir: string): Handle {
  const client = openEmbedded(dataDir);
  return { db: withRetries(drizzleEmbedded({ client, ...options })), close: () => client.close() };
}

/** The columns of a table that a query returns, by their names. */
export const columns = <Name extends string, Table extends Record<Name, AnyColumn>>(table: Table, ...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, table[name]])) as Pick<Table, Name>;

/** The row that a query answers, or the first of several; nothing where there is none. For `.then`. */
export const firstRow = <Row>(rows: Row[]) => rows.at(0);

/** Whether a query answers any row. For `.then`. */
export const hasRows = (rows: unknown[]) => rows.length > 0;
