import { resolve } from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { PgliteDatabase } from 'drizzle-orm/pglite';
import { migrate as migrateEmbedded } from 'drizzle-orm/pglite/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as migrateServer } from 'drizzle-orm/postgres-js/migrator';
import { config } from '@/lib/config';
import { lockFolder } from './folder-lock';
import { db, handle, rowsOf } from './index';
import { openPool } from './pool';

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
 * a transaction itself, which is this one.
 */
async function migrateLocked(url: string) {
  const { client, close } = openPool(url, 1);
  try {
    await client.begin(async (tx) => {
      await tx.unsafe(`select pg_advisory_xact_lock(${LOCK})`);
      const begin = (work: (same: typeof tx) => unknown) => work(tx);
      const same = Object.assign(tx, { begin, options: client.options });
      await migrateServer(drizzle({ client: same as unknown as typeof client }), files);
    });
  } finally {
    await close();
  }
}

/** Tells whether the database answers and has every migration that this build knows. */
export async function isMigrated() {
  const newest = readMigrationFiles(files).at(-1)?.folderMillis ?? 0;
  const applied = await db.execute(sql`select max(created_at) as newest from drizzle.__drizzle_migrations`);
  return Number(rowsOf<{ newest: string | null }>(applied)[0]?.newest ?? 0) >= newest;
}
