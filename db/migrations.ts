import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { rowsOf } from './index';

type Executor = Pick<PgDatabase<PgQueryResultHKT>, 'execute'>;

/** One file of SQL; `extension` is empty for our own, and `when` is the date that drizzle-kit gave it. */
export type Migration = { extension: string; name: string; when: number; file: string };

/** Latchkey's migrations in `drizzle`, then those of each `extensions/<name>/migrations`, each folder in its own order. */
export function migrationsIn(root: string) {
  const folder = join(root, 'extensions');
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return [
    ...listed('', join(root, 'drizzle')),
    ...names.flatMap((name) => {
      const migrations = join(folder, name, 'migrations');
      return existsSync(migrations) ? listed(name, migrations) : [];
    }),
  ];
}

/** In the order of drizzle-kit's list of them, whatever their dates are. */
function listed(extension: string, folder: string): Migration[] {
  const { entries } = JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')) as {
    entries: { tag: string; when: number }[];
  };
  return entries.map(({ tag, when }) => ({ extension, name: tag, when, file: join(folder, `${tag}.sql`) }));
}

/** Applies what is not in the journal yet (decision 0043). Takes a transaction, so that all of it is kept or nothing. */
export async function applyMissing(tx: Executor, migrations: Migration[]) {
  await tx.execute(sql`create table if not exists latchkey_migrations (
    extension text not null, name text not null, applied_at timestamptz not null default now(),
    primary key (extension, name))`);
  await carryOver(tx, migrations);
  const applied = rowsOf<Named>(await tx.execute(sql`select extension, name from latchkey_migrations`));
  for (const migration of missingFrom(migrations, applied)) {
    try {
      for (const statement of readFileSync(migration.file, 'utf8').split('--> statement-breakpoint')) {
        await tx.execute(sql.raw(statement));
      }
    } catch (error) {
      throw Object.assign(error as Error, { migration: pathOf(migration) });
    }
    await note(tx, migration);
  }
}

/** Those of the migrations that are not applied; what is applied beyond them is no matter. */
export function missingFrom(migrations: Migration[], applied: Named[]) {
  const paths = new Set(applied.map(pathOf));
  return migrations.filter((migration) => !paths.has(pathOf(migration)));
}

type Named = Pick<Migration, 'extension' | 'name'>;

/** What an operator reads: `0001_name`, or `extension/0001_name`. */
export const pathOf = ({ extension, name }: Named) => (extension ? `${extension}/${name}` : name);

const note = (tx: Executor, { extension, name }: Named) =>
  tx.execute(sql`insert into latchkey_migrations (extension, name) values (${extension}, ${name})`);

/** Before there was this journal, Drizzle's migrator kept one in a schema of its own, by the date of each file. */
async function carryOver(tx: Executor, migrations: Migration[]) {
  const [found] = rowsOf<{ due: boolean }>(
    await tx.execute(sql`select not exists (select from latchkey_migrations)
      and exists (select from pg_catalog.pg_tables where schemaname = 'drizzle' and tablename = '__drizzle_migrations')
      and exists (select from pg_catalog.pg_tables where schemaname = current_schema() and tablename = 'users') as due`),
  );
  if (!found?.due) return;
  const rows = await tx.execute(sql`select created_at::text as at from drizzle.__drizzle_migrations`);
  const dates = new Set(rowsOf<{ at: string }>(rows).map(({ at }) => Number(at)));
  for (const migration of migrations) if (!migration.extension && dates.has(migration.when)) await note(tx, migration);
}
