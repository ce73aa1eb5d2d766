import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { config } from '@/lib/config';
import { troubledLine } from '@/tests/setup/faulty-connection';
import { db, isUnavailable } from './index';
import { openPool } from './pool';

const SIZE = 3;
let line: Awaited<ReturnType<typeof troubledLine>>;
let pool: ReturnType<typeof openPool>;
let pooled: ReturnType<typeof drizzle>;

beforeEach(async () => {
  if (config.databaseUrl) line = await troubledLine(config.databaseUrl);
});

afterEach(async () => {
  vi.useRealTimers();
  await pool?.close();
  line?.stop();
});

/** A pool on the line, with these parameters in its URL. */
function open(parameters: Record<string, string>, url = new URL(line.url)) {
  for (const [name, value] of Object.entries({ connect_timeout: '30', ...parameters }))
    url.searchParams.set(name, value);
  pool = openPool(url.href, SIZE);
  pooled = drizzle({ client: pool.client });
}

const ask = (statement: string) => pooled.execute<Record<string, string>>(sql.raw(statement)).then(([row]) => row!);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => {
      expect(error, String(error.cause)).toSatisfy(isUnavailable);
      return (error.code ?? error.cause.code) as string;
    },
  );

describe.runIf(config.databaseUrl)('limits', () => {
  test('a statement and a lock that take too long end, as an outage, and their connection serves on', async () => {
    open({ statement_timeout: '200', lock_timeout: '100' });
    expect(await ask('select pg_backend_pid() as pid')).toBeDefined();
    expect(await codeOf(ask('select pg_sleep(5)'))).toBe('57014');
    await db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(1)`);
      expect(await codeOf(ask('select pg_advisory_xact_lock(1)'))).toBe('55P03');
    });
    expect(line.taken(), 'one connection was enough').toBe(1);
  });

  test('without a word in the URL every limit is set', async () => {
    const url = new URL(line.url);
    url.search = '';
    open({}, url);
    const set =
      await ask(`select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle`);
    expect(set).toEqual({ statement: '3500ms', lock: '3s', idle: '10s' });
  });

  test('a server that hangs is an outage for everybody, whether connected or waiting, and after it all is well', async () => {
    open({ statement_timeout: '700', connect_timeout: '1' });
    await Promise.all([ask('select 1'), ask('select 2')]);
    line.trouble.hangs = true;
    const results = Array.from({ length: 3 * SIZE }, () => codeOf(ask('select 1')));
    expect(new Set(await Promise.all(results))).toEqual(new Set(['CONNECT_TIMEOUT']));
    const transaction = pooled.transaction(async (tx) => void (await tx.execute(sql`select 1`)));
    expect(await codeOf(transaction)).toBe('CONNECT_TIMEOUT');
    line.trouble.hangs = false;
    await Promise.all(Array.from({ length: 2 * SIZE }, () => ask('select 1')));
  });

  test('a transaction whose server begins to hang in the middle ends as an outage', async () => {
    open({ statement_timeout: '300' });
    const hung = pooled.transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      line.trouble.hangs = true;
      await tx.execute(sql`select 2`);
    });
    expect(await codeOf(hung)).toBe('CONNECT_TIMEOUT');
  });

  test('too many connections at the server are an outage for who wanted one more, and nobody loses one that rests', async () => {
    open({});
    await Promise.all([ask('select 1'), ask('select 2')]);
    const taken = line.taken();
    const full = errorResponse('FATAL', '53300', 'sorry, too many clients already');
    // Late, so that the others rest by then.
    line.trouble.changes = (said) => (said.includes('user\0') ? { answer: full, after: 500 } : said);
    const answers = await Promise.all(Array.from({ length: SIZE }, (_, n) => codeOf(ask(`select ${n}`))));
    expect(answers.filter(Boolean)).toEqual(['53300']);
    line.trouble.changes = undefined;
    await Promise.all([ask('select 1'), ask('select 2')]);
    expect(line.taken(), 'one try and nothing anew').toBe(taken + 1);
  });

  test('a server that only reads is an outage, and the connection to it is given up', async () => {
    open({});
    expect(await ask(`select set_config('default_transaction_read_only', 'on', false) as was`)).toEqual({ was: 'on' });
    expect(await codeOf(ask('delete from users'))).toBe('25006');
    expect(await codeOf(ask('delete from users where false'))).toBeUndefined();
    expect(line.taken()).toBe(2);
  });

  test('a connection that rested while the process slept is tried before it is used', async () => {
    open({});
    await Promise.all([ask('select 1'), ask('select 2')]);
    line.forget();
    vi.setSystemTime(Date.now() + 60_000);
    expect(await Promise.all([ask('select 1 as n'), ask('select 1 as n')])).toHaveLength(2);
    line.trouble.hangs = true;
    vi.setSystemTime(Date.now() + 60_000);
    const next = ask('select 1 as n');
    await sleep(500);
    line.trouble.hangs = false;
    expect(await next).toEqual({ n: 1 });
  });

  test('a pooler that refuses settings gets none, and everything works', async () => {
    open({});
    line.trouble.changes = (said) =>
      said.includes('lock_timeout')
        ? { answer: errorResponse('FATAL', '08P01', 'unsupported startup parameter: statement_timeout') }
        : said;
    const answers = await Promise.all(Array.from({ length: 2 * SIZE }, (_, n) => ask(`select ${n} as n`)));
    expect(answers.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5]);
    await pooled.transaction(async (tx) => void (await tx.execute(sql`select 1`)));
  });

  test('one that refuses the schema is no outage that waiting would end', async () => {
    open({ schema: 'elsewhere' });
    line.trouble.changes = () => ({
      answer: errorResponse('FATAL', '08P01', 'unsupported startup parameter: search_path'),
    });
    const error = await ask('select 1').catch((thrown) => thrown);
    expect([isUnavailable(error), error.cause.message]).toEqual([false, 'unsupported startup parameter: search_path']);
  });
});

function errorResponse(severity: string, code: string, message: string) {
  const fields = Buffer.from(`S${severity}\0V${severity}\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
