import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import { lockFolder } from './folder-lock';
import { db } from './index';
import { applyMissing, migrationsIn, missingOf, pathOf } from './migrations';
import { openPool } from './pool';

const UNDEFINED_TABLE = '42P01';
const LOCK = 7_120_611; // any number that every instance of Latchkey agrees on

// Read once: what is on the disk later may be another build.
const known = lazy('migrations', () => migrationsIn(/* turbopackIgnore: true */ process.cwd()));

/** Applies what is missing, one instance at a time; throws `FolderInUse` when another process has the embedded database. */
export async function migrate() {
  if (config.databaseUrl) return migrateLocked(config.databaseUrl);
  if (!config.dataDir.startsWith('memory:')) await lockFolder(config.dataDir);
  await db.transaction((tx) => applyMissing(tx, known));
}

/** The lock belongs to the transaction of the migrations, so that it also holds, and ends, behind a pooler. */
async function migrateLocked(url: string) {
  const { client, close } = openPool(url, 1);
  try {
    await drizzle({ client }).transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`);
      await applyMissing(tx, known);
    });
  } finally {
    await close();
  }
}

/** The migrations of this build that the database does not have: all of them where it has no journal yet. */
export async function missingMigrations() {
  const missing = await missingOf(db, known).catch((error) => {
    if ((error as { cause?: { code?: string } }).cause?.code !== UNDEFINED_TABLE) throw error;
    return [...known];
  });
  return missing.map(pathOf);
}
