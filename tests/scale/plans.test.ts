import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db, rowsOf } from '@/db';
import { config } from '@/lib/config';
import { seedPerson } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { calls, purges } from './calls';
import { fill } from './fill';
import { journeys } from './journeys';
import { undone } from './undone';
import { wholeTablesIn } from './whole-tables';

const SIZE = 3_000;
const onServer = test.runIf(config.databaseUrl);

/** What was sent while something ran, each text once. */
async function statementsOf(run: () => Promise<unknown>) {
  const statements = new Set<string>();
  const note = (statement: unknown) => statements.add(String(statement));
  subscribe('latchkey.statement', note);
  try {
    await run();
  } finally {
    unsubscribe('latchkey.statement', note);
  }
  return [...statements].filter((statement) => /^\s*(select|insert|update|delete|with)\b/i.test(statement));
}

/** What a statement would read in whole, planned for any values and wherever there is another way. */
const wholeTables = (statement: string, before = sql`select`) =>
  db.transaction(async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`);
    await tx.execute(before);
    const partial = await tx.execute(
      sql`select indexrelid::regclass::text as name from pg_index
      where pg_get_expr(indpred, indrelid) not like '%IS NOT NULL%'`,
    );
    const plan = await tx.execute(sql.raw(`explain (generic_plan, format json) ${statement}`));
    const [row] = rowsOf<{ 'QUERY PLAN': Parameters<typeof wholeTablesIn>[0] }>(plan);
    return wholeTablesIn(row!['QUERY PLAN'], new Set(rowsOf<{ name: string }>(partial).map(({ name }) => name)));
  });

onServer(
  'no statement of a journey, a page, a command or a purge reads a table that grows in whole',
  async () => {
    await fill((statement) => db.execute(sql.raw(statement)), SIZE);
    const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'];
    const world = { person: await seedPerson(), app: await registerClient({ grantTypes }) };
    const found: string[] = [];
    const look = async (name: string, run: () => Promise<unknown>) => {
      const statements = await statementsOf(run);
      expect(statements, name).not.toEqual([]);
      for (const statement of statements)
        for (const table of await wholeTables(statement)) found.push(`${name}: ${table} in ${statement}`);
    };
    for (const [name, run] of Object.entries(calls)) await look(name, () => undone((tx) => run(tx, world.person)));
    for (const [name, run] of Object.entries(purges)) await look(name, () => run(db));
    for (const [name, run] of Object.entries(journeys)) await look(name, () => run(world));
    expect(found).toEqual([]);
  },
  120_000,
);

onServer('and one that does is found', async () => {
  await fill((statement) => db.execute(sql.raw(statement)), SIZE);
  expect(await wholeTables('select count(*) from users')).toEqual(['users']);
  expect(await wholeTables('select from users where name = $1')).toEqual(['users']);
  expect(await wholeTables('select from users where email = $1')).toEqual([]);
  const administrators = `select count(*) from users where role = 'administrator'`;
  expect(await wholeTables(administrators)).toEqual([]);
  expect(await wholeTables(administrators, sql`drop index users_administrators`)).toEqual(['users']);
});
