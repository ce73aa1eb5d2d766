import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite';
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator';
import { drizzle as drizzleServer } from 'drizzle-orm/postgres-js';
import { migrate as migrateServer } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-server';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A migrated, empty database that every worker copies: a folder for PGlite, a name on a server for Postgres. */
    template: { folder: string } | { server: string; name: string };
  }
}

const migrations = { migrationsFolder: 'drizzle' };

export default function setup(project: TestProject) {
  return project.name === 'postgres' ? prepareServer(project) : prepareFolder(project);
}

async function prepareFolder(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-pglite-'));
  const client = await PGlite.create(join(folder, 'postgres'));
  await migrateEmbedded(drizzleEmbedded({ client }), migrations);
  await client.close();
  project.provide('template', { folder });
  return () => rmSync(folder, { recursive: true, force: true });
}

async function prepareServer(project: TestProject) {
  const { url, stop } = await startPostgres();
  const name = `latchkey_test_${process.pid}`;
  const server = postgres(url, { max: 1, onnotice: () => undefined });
  await server`create database ${server(name)}`;
  await migrateTemplate(url, name);
  project.provide('template', { server: url, name });
  return async () => {
    const databases = await server<{ datname: string }[]>`
      select datname from pg_database where datname = ${name} or datname like ${`${name}\\_%`}`;
    for (const { datname } of databases) await server`drop database ${server(datname)} with (force)`;
    await server.end();
    await stop();
  };
}

async function migrateTemplate(url: string, name: string) {
  const address = new URL(url);
  address.pathname = name;
  const client = postgres(address.href, { max: 1, onnotice: () => undefined });
  await migrateServer(drizzleServer({ client }), migrations);
  await client.end();
}
