import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { inject } from 'vitest';
import { db } from '@/db';
import { config } from '@/lib/config';
import { withSettings } from '@/tests/setup/settings';

type Settings = { DATA_DIR: string; DATABASE_URL: string };
type Made = { settings: Settings; end: () => unknown };

/** A copy of the migrated embedded database, so that no process has to make one. */
export function embeddedCopy(): Made {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'latchkey-copy-'));
  const template = inject('template');
  if ('folder' in template) cpSync(template.folder, DATA_DIR, { recursive: true });
  return { settings: { DATA_DIR, DATABASE_URL: '' }, end: () => rmSync(DATA_DIR, { recursive: true }) };
}

/** A database of its own on the test server, with nothing in it. */
export async function newDatabase(): Promise<Made> {
  const server = postgres(config.databaseUrl!, { max: 1, onnotice: () => undefined });
  const name = `latchkey_made_${process.pid}_${Math.floor(Math.random() * 1e9)}`;
  await server`create database ${server(name)}`;
  const url = new URL(config.databaseUrl!);
  url.pathname = name;
  return {
    settings: { DATA_DIR: 'memory:', DATABASE_URL: url.href },
    end: async () => {
      await server`drop database ${server(name)} with (force)`;
      await server.end();
    },
  };
}

/** Runs on an empty database of the kind that this project is about. */
export async function onEmptyDatabase(run: () => Promise<void>) {
  const { settings, end } = config.databaseUrl ? await newDatabase() : embeddedCopy();
  try {
    await withSettings(settings, async () => {
      await db.execute(sql`drop schema public cascade`);
      await db.execute(sql`create schema public`);
      await run();
    });
  } finally {
    await end();
  }
}
