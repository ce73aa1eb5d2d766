import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle as drizzleEmbedded } from 'drizzle-orm/pglite';
import { drizzle as drizzleServer } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { applyMissing, migrationsIn } from '@/db/migrations';
import { startPostgres } from './postgres-server';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A migrated, empty database that every worker copies: a folder for PGlite, a name on a server for Postgres. */
    template: { folder: string; copies: string } | { server: string; name: string };
  }
}

const migrations = migrationsIn('.');

export default function setup(project: TestProject) {
  return project.name === 'postgres' ? prepareServer(project) : prepareFolder(project);
}

/** Making it takes seconds, so it is kept until the migrations or PGlite change. */
async function prepareFolder(project: TestProject) {
  const folder = join('node_modules/.cache/latchkey-pglite', templateHash());
  if (!existsSync(folder)) await makeFolder(folder);
  const copies = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
  project.provide('template', { folder, copies });
  return () => rmSync(copies, { recursive: true, force: true });
}

/** Made under another name first, because a run may be stopped in the middle of it, or another run make it too. */
async function makeFolder(folder: string) {
  const unfinished = `${folder}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const client = await PGlite.create(join(unfinished, 'postgres'));
  await drizzleEmbedded({ client }).transaction((tx) => applyMissing(tx, migrations));
  await client.close();
  if (existsSync(folder)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, folder);
}

function templateHash() {
  const hash = createHash('sha256').update(readFileSync('node_modules/@electric-sql/pglite/package.json'));
  for (const { file } of migrations) hash.update(file).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
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
  await drizzleServer({ client }).transaction((tx) => applyMissing(tx, migrations));
  await client.end();
}
