import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { config, readDatabaseUrl } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import { lockFolder } from './folder-lock';
import { db, rowsOf } from './index';
import { applyMissing, migrationsIn, missingFrom, pathOf } from './migrations';
import { openPool } from './pool';

// Where an administrator of the database has set them for our role.
const LIMITS = "array['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']";
const UNDEFINED_TABLE = '42P01';
const LOCK = 7_120_611; // any number that every instance of Latchkey agrees on

// Read once: what is on the disk later may be another build.
const ourMigrations = lazy('migrations', () => migrationsIn(/* turbopackIgnore: true */ process.cwd()));

/** Applies what is missing, one instance at a time; throws `FolderInUse` when another process has the embedded database. */
export async function migrate() {
  if (config.databaseUrl) return migrateLocked(config.databaseUrl);
  if (!config.dataDir.startsWith('memory:')) await lockFolder(config.dataDir);
  await db.transaction((tx) => applyMissing(tx, ourMigrations()));
}

/** The lock belongs to the transaction of the migrations, so that it also holds, and ends, behind a pooler. */
async function migrateLocked(url: string) {
  const { client, close } = openPool(url, 1, { isPatient: true });
  try {
    await drizzle({ client }).transaction(async (tx) => {
      await tx.execute(sql`select set_config(name, '0', true) from unnest(${sql.raw(LIMITS)}) name`);
      await tx.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`);
      await makeSchema(tx, readDatabaseUrl(url).schema);
      await applyMissing(tx, ourMigrations());
    });
  } finally {
    await close();
  }
}

/** The schema that the URL names is made, unless it is there: asking to make it needs a right that few have. */
async function makeSchema(tx: Pick<typeof db, 'execute'>, schema: string | undefined) {
  if (!schema) return;
  const schemas = rowsOf(await tx.execute(sql`select from pg_catalog.pg_namespace where nspname = ${schema}`));
  if (!schemas.length) await tx.execute(sql`create schema ${sql.identifier(schema)}`);
}

/** The migrations of this build that the database does not have: all of them where it has no journal yet. */
export const missingMigrations = async () => (await databaseState()).missing;

/**
 * What readiness goes by, in one statement: the migrations that are missing, and a fingerprint of the signing keys. It
 * fails, as a write would, on a server that only reads, so that the pool gives up the connection to it.
 */
export async function databaseState() {
  try {
    const rows = await db.execute(sql`with writable as (delete from latchkey_migrations where false)
      select extension, name, (
        select encode(sha256(string_agg(private_jwk, ''::bytea order by kid)), 'hex') from signing_keys
      ) as keys from latchkey_migrations`);
    const applied = rowsOf<{ extension: string; name: string; keys: string | null }>(rows);
    return { missing: missingFrom(ourMigrations(), applied).map(pathOf), keys: applied[0]?.keys ?? undefined };
  } catch (error) {
    const { code, message } = ((error as Error).cause ?? {}) as { code?: string; message?: string };
    if (code !== UNDEFINED_TABLE || !message?.includes('latchkey_migrations')) throw error;
    return { missing: ourMigrations().map(pathOf), keys: undefined };
  }
}
