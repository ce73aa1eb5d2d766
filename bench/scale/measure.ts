import { writeSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { test } from 'vitest';
import { closeDb, db } from '@/db';
import { migrate } from '@/db/migrate';
import { steadyKeys } from '@/lib/vault';
import { seedPerson } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { calls, purges } from '@/tests/scale/calls';
import { fill } from '@/tests/scale/fill';
import { journeys } from '@/tests/scale/journeys';
import { undone } from '@/tests/scale/undone';
import { startOwnPostgres } from '@/tests/setup/postgres-server';
import { withSettings } from '@/tests/setup/settings';
import { heavyCalls } from './heavy';
import { planReader, type Run } from './plans';
import { differences, type Figures, figureOf, loginVerdict, tableOf } from './report';
import { undriven } from './undriven';

/** Past the e-mails and the log of the product, which go nowhere. */
const say = (text: string) => writeSync(1, `${text}\n`);
const RUNS = 12;
const SLOW = 10_000;
const settings = [
  'shared_buffers=2GB',
  'maintenance_work_mem=1GB',
  'wal_level=minimal',
  'max_wal_senders=0',
  'autovacuum=off',
  'jit=off',
];
const explain = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
};

const sizes = (process.env.SCALE_SIZES ?? '1000').split(',').map(Number);
const current: Run[] = [];
const isOurs = ({ text }: Run) => !/^select 'mark|pg_catalog\.pg_(class|attribute)/.test(text);

test('what statements read at each size', async () => {
  say(`Load average ${loadavg()[0]?.toFixed(2)}: times are worth nothing beside other work, rows and buffers are.`);
  const server = await startOwnPostgres({ settings, onLog: planReader((run) => current.push(run)) });
  const all: [number, Figures][] = [];
  try {
    for (const size of sizes) {
      const figures = await figuresAt(server.url, size);
      say(`\n## ${size} passkeys, load average ${loadavg()[0]?.toFixed(2)}\n\n${tableOf(figures)}`);
      all.push([size, figures]);
    }
  } finally {
    await server.stop();
  }
  const [[first, smallest] = [0, new Map()], ...larger] = all;
  for (const [size, figures] of larger) {
    say(`\n## From ${first} to ${size} passkeys\n`);
    say(
      `${differences(smallest, figures, 4).join('\n') || 'No plan has changed, and nothing reads more than four buffers more.'}\n`,
    );
    for (const name of Object.keys(journeys)) say(loginVerdict(smallest, figures, name));
  }
  say(`\n## Not driven\n\n${(await undriven()).join('\n') || 'nothing'}`);
});

/** Fills a database of its own, runs everything there, and drops it. */
async function figuresAt(serverUrl: string, size: number): Promise<Figures> {
  const admin = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  const name = `scale_${size}`;
  await admin`create database ${admin(name)}`;
  const url = new URL(serverUrl);
  url.pathname = name;
  for (const limit of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'])
    url.searchParams.set(limit, '0');
  const began = performance.now();
  try {
    return await withSettings({ DATABASE_URL: url.href }, async () => {
      await migrate();
      const client = postgres(url.href, { max: 1, onnotice: () => undefined, idle_timeout: 0 });
      await unlog(client);
      await fill((statement) => client.unsafe(statement), size, { isLoad: true });
      await client.end();
      say(`${size} passkeys were there after ${Math.round((performance.now() - began) / 1000)} s`);
      for (const [setting, value] of Object.entries(explain))
        await admin.unsafe(`alter database ${name} set ${setting} = '${value}'`);
      return driven();
    });
  } finally {
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end();
  }
}

/** Nothing is written ahead for these tables, which takes a third of the time; plans are the same. */
async function unlog(client: postgres.Sql) {
  for (let changed = true; changed; ) {
    changed = false;
    const tables = await client<{ name: string }[]>`select c.oid::regclass::text as name from pg_class c
      where relkind = 'r' and relpersistence = 'p' and relnamespace = current_schema()::regnamespace and not exists (
        select from pg_constraint f join pg_class child on child.oid = f.conrelid
        where f.confrelid = c.oid and f.conrelid <> c.oid and child.relpersistence = 'p')`;
    for (const { name } of tables) {
      await client.unsafe(`alter table ${name} set unlogged`);
      changed = true;
    }
  }
}

async function driven(): Promise<Figures> {
  const figures: Figures = new Map();
  await steadyKeys();
  const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'];
  const world = { person: await seedPerson(), app: await registerClient({ grantTypes }) };
  const drive = async (call: string, run: () => Promise<unknown>, most = RUNS) => {
    await settled();
    current.length = 0;
    for (let n = 0, took = 0; n < most && took < SLOW; n++) {
      const began = performance.now();
      await run();
      took = performance.now() - began;
    }
    await settled();
    const byText = Map.groupBy(current.filter(isOurs), ({ text }) => text);
    for (const [text, runs] of byText) figures.set(`${call} ${text}`, figureOf(call, runs));
  };
  for (const [name, run] of Object.entries(calls)) await drive(name, () => undone((tx) => run(tx, world.person)));
  for (const [name, run] of Object.entries(journeys)) await drive(name, () => run(world));
  for (const [name, run] of Object.entries(purges)) await drive(name, () => run(db), 2);
  for (const [name, run] of Object.entries(heavyCalls)) await drive(`heavy · ${name}`, () => undone(run), 1);
  await closeDb();
  return figures;
}

/** Until the log has been read up to here. */
async function settled() {
  const mark = `mark ${Math.random()}`;
  await db.execute(sql.raw(`select '${mark}'`));
  while (!current.some(({ text }) => text.includes(mark))) await wait(5);
}
