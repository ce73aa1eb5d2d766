import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { afterEach, describe, expect, test } from 'vitest';
import { db, rowsOf } from '@/db';
import { migrate, missingMigrations } from '@/db/migrate';
import { config } from '@/lib/config';
import { newDatabase } from '@/tests/helpers/empty-database';
import { seedPerson } from '@/tests/helpers/people';
import { troubledLine } from '@/tests/setup/faulty-connection';
import { withSettings } from '@/tests/setup/settings';
import { openPool } from './pool';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function ask(url: string, statement: string) {
  const { client, close } = openPool(url, 1);
  try {
    return (await drizzle({ client }).execute<Record<string, string>>(sql.raw(statement)))[0]!;
  } finally {
    await close();
  }
}

describe.runIf(config.databaseUrl)('a DATABASE_URL', () => {
  test('with the folder of a socket connects there', async () => {
    const { hostname, port } = new URL(config.databaseUrl!);
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-socket-'));
    const server = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((done) => server.listen(join(folder, '.s.PGSQL.5432'), done));
    ends.push(
      () => rmSync(folder, { recursive: true }),
      () => server.close(),
    );
    const url = new URL(config.databaseUrl!);
    const name = url.pathname.slice(1);
    const { username, password } = url;
    expect(await ask(`postgres://${username}:${password}@/${name}?host=${folder}`, 'select 1 as n')).toEqual({ n: 1 });
  });

  test('with target_session_attrs=read-write passes by a server that only reads', async () => {
    const [writer, reader] = [`latchkey_rw_${process.pid}`, `latchkey_ro_${process.pid}`];
    for (const role of [writer, reader]) {
      await db.execute(sql.raw(`create role ${role} login password 'latchkey'`));
      ends.push(() => db.execute(sql.raw(`drop role ${role}`)));
    }
    await db.execute(sql.raw(`alter role ${reader} set default_transaction_read_only = on`));
    const [standby, primary] = await Promise.all([
      troubledLine(config.databaseUrl!),
      troubledLine(config.databaseUrl!),
    ]);
    ends.push(standby.stop, primary.stop);
    standby.trouble.changes = (said) => Buffer.from(said.toString('latin1').replace(writer, reader), 'latin1');
    const hosts = `${standby.url.host},${primary.url.host}`;
    const url = `postgres://${writer}:latchkey@${hosts}${primary.url.pathname}?connect_timeout=30`;
    const who = 'select current_user as who';
    expect(await ask(url, who), 'the first host otherwise').toEqual({ who: reader });
    for (let n = 0; n < 3; n++) {
      expect(await ask(`${url}&target_session_attrs=read-write`, who)).toEqual({ who: writer });
    }
  });

  test('with a schema makes it, and everything is in there', async () => {
    const { settings, end } = await newDatabase();
    ends.push(end);
    const url = new URL(settings.DATABASE_URL);
    url.searchParams.set('schema', 'Sign-in');
    await withSettings({ ...settings, DATABASE_URL: url.href }, async () => {
      await migrate();
      await migrate();
      expect(await missingMigrations()).toEqual([]);
      await seedPerson();
      const tables = await db.execute(sql`select distinct schemaname as schema from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')`);
      expect(rowsOf(tables)).toEqual([{ schema: 'Sign-in' }]);
    });
  });
});
