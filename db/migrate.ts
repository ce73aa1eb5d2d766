import { resolve } from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { PgliteDatabase } from 'drizzle-orm/pglite';
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as migrateServer } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { config } from '@/lib/config';
import { lockFolder } from './folder-lock';
import { db, handle, rowsOf } from './index';

const files = { migrationsFolder: resolve(/* turbopackIgnore: true */ process.cwd(), 'drizzle') };
const LOCK = 7_120_611; // any number that every instance of Latchkey agrees on

/** Applies what is missing, one instance at a time; throws `FolderInUse` when another process has the embedded database. */
export async function migrate() {
  if (config.databaseUrl) return migrateLocked(config.databaseUrl);
  if (!config.dataDir.startsWith('memory:')) await lockFolder(config.dataDir);
  await migrateEmbedded(handle.db as unknown as PgliteDatabase, files);
}

/**
 * The lock belongs to the transaction of the migrations, so that it also holds, and ends, behind a pooler. Drizzle begins
 * a transaction itself, which inside this one is a savepoint.
 */
async function migrateLocked(url: string) {
  const connection = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    await connection.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${LOCK})`;
      const client = Object.assign(tx, { begin: tx.savepoint, options: connection.options });
      await migrateServer(drizzle({ client: client as unknown as postgres.Sql }), files);
    });
  } finally {
    await connection.end({ timeout: 5 });
  }
}

/** Tells whether the database answers and has every migration that this build knows. */
export async function isMigrated() {
  const newest = readMigrationFiles(files).at(-1)?.folderMillis ?? 0;
  const applied = await db.execute(sql`select max(created_at) as newest from drizzle.__drizzle_migrations`);
  return Number(rowsOf<{ newest: string | null }>(applied)[0]?.newest ?? 0) >= newest;
}
