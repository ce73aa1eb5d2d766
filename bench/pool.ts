// `npm run bench:pool`: the pool in db/pool.ts beside the one of postgres.js, in turns; what comes of it stands in decision 0024.
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { openPool } from '@/db/pool';
import { startPostgres } from '@/tests/setup/postgres-server';
import { startTap } from '@/tests/setup/tap';

const SIZE = 10;
const AT_ONCE = 20;
const HANGS_AFTER = 3_000;

type Pool = { client: postgres.Sql; close: () => Promise<void> };

/** The pool of postgres.js, asked to prepare as ours does. */
function openTheirs(url: string): Pool {
  const client = postgres(url, { max: SIZE, connect_timeout: 5, backoff: () => 0.1, onnotice: () => undefined });
  const unsafe: typeof client.unsafe = (query, parameters, settings) =>
    client.unsafe(query, parameters, { ...settings, prepare: true });
  const preparing = new Proxy(client, { get: (it, name) => (name === 'unsafe' ? unsafe : Reflect.get(it, name)) });
  return { client: preparing, close: () => client.end({ timeout: 1 }) };
}

const pools = { 'postgres.js': openTheirs, ours: (url: string): Pool => openPool(url, SIZE) };
const statement = ({ client }: Pool) => client.unsafe('select $1::int', [1]).values();
const transaction = ({ client }: Pool) =>
  client.begin(async (tx) => {
    for (const query of ['select $1::int', 'select $1::int + 1', 'select $1::int + 2'])
      await tx.unsafe(query, [1]).values();
  });
const burst = (work: () => Promise<unknown>) => Promise.allSettled(Array.from({ length: AT_ONCE }, work));

/** What one piece of work costs: network round trips and bytes one after the other, processor time many at once. */
async function costOf(open: (url: string) => Pool, work: (pool: Pool) => Promise<unknown>, url: string) {
  const tap = await startTap(url);
  const pool = open(tap.url);
  for (let n = 0; n < 5; n++) await burst(() => work(pool));
  const { roundTrips, bytes } = tap.counts;
  for (let n = 0; n < 500; n++) await work(pool);
  const counted = { roundTrips: (tap.counts.roundTrips - roundTrips) / 500, bytes: (tap.counts.bytes - bytes) / 500 };
  await pool.close();
  await tap.stop();

  const direct = open(url);
  for (let n = 0; n < 5; n++) await burst(() => work(direct));
  const used = process.cpuUsage();
  for (let n = 0; n < 200; n++) await burst(() => work(direct));
  const { user, system } = process.cpuUsage(used);
  await direct.close();
  return { ...counted, 'processor µs': Math.round((user + system) / 200 / AT_ONCE) };
}

/** How many bursts of a hundred do not end, and how many statements fail although the database was back by then. */
async function outages(open: (url: string) => Pool, url: string) {
  const server = postgres(url, { max: 1, onnotice: () => undefined });
  const name = `outage_${performance.now()}`;
  let pool = open(`${url}?application_name=${name}`);
  const failures = { 'bursts that hang': 0, 'late failures': 0 };
  const one = () => statement(pool);
  for (let round = 0; round < 100; round++) {
    await burst(one);
    await server`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${name}`;
    for (let tries = 0; tries < 50 && !(await one().then(Boolean, () => false)); tries++);
    const ended = await Promise.race([burst(one), sleep(HANGS_AFTER)]);
    if (ended) failures['late failures'] += ended.filter(({ status }) => status === 'rejected').length;
    else {
      failures['bursts that hang'] += 1;
      void pool.close();
      pool = open(`${url}?application_name=${name}`);
    }
  }
  await Promise.all([server.end(), pool.close()]);
  return failures;
}

const server = await startPostgres();
for (const [what, work] of Object.entries({ statement, 'transaction of three': transaction }))
  for (let round = 0; round < 3; round++)
    for (const [name, open] of Object.entries(pools)) console.log(what, name, await costOf(open, work, server.url));
for (const [name, open] of Object.entries(pools)) console.log('100 restarts', name, await outages(open, server.url));
await server.stop();
process.exit();
