import { writeSync } from 'node:fs';
import { loadavg } from 'node:os';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { test } from 'vitest';
import { closeDb, db, rowsOf } from '@/db';
import { migrate } from '@/db/migrate';
import { steadyKeys } from '@/lib/vault';
import { seedPerson } from '@/tests/helpers/people';
import { journeys } from '@/tests/scale/journeys';
import { startOwnPostgres } from '@/tests/setup/postgres-server';
import { withSettings } from '@/tests/setup/settings';
import { processorTime, TICK } from './processor-time';

const WARM = 200;
const COUNTED = 1_000;

test('what Postgres does for a login', async () => {
  const settings = ['full_page_writes=on', 'synchronous_commit=on', 'fsync=on', 'shared_buffers=1GB'];
  const server = await startOwnPostgres({ settings });
  const own = postgres(server.url, { max: 1, onnotice: () => undefined });
  try {
    await withSettings({ DATABASE_URL: server.url, DATABASE_POOL_SIZE: '1' }, async () => {
      await migrate();
      await steadyKeys();
      const world = { person: await seedPerson(), app: undefined as never };
      for (let n = 0; n < WARM; n++) await journeys['sign in']!(world);
      const [{ pid }] = rowsOf<{ pid: number }>(await db.execute(sql`select pg_backend_pid() as pid`)) as [
        { pid: number },
      ];
      await own`checkpoint`;
      const [before, spent] = [await written(own), processorTime(pid)];
      for (let n = 0; n < COUNTED; n++) await journeys['sign in']!(world);
      const [after, spentThen] = [await written(own), processorTime(pid)];
      const each = (name: keyof typeof after) => ((after[name] - before[name]) / COUNTED).toFixed(2);
      const ms = ((spentThen - spent) * TICK) / COUNTED;
      writeSync(
        1,
        `A login: ${each('bytes')} bytes of WAL, ${each('commits')} commits, ${ms.toFixed(2)} ms of its backend (load ${loadavg()[0]?.toFixed(2)})\n`,
      );
      await closeDb();
    });
  } finally {
    await own.end();
    await server.stop();
  }
});

async function written(own: postgres.Sql) {
  const [row] = await own<{ bytes: number; commits: number }[]>`select
    pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as bytes,
    (select xact_commit from pg_stat_database where datname = current_database())::float8 as commits`;
  return row!;
}
