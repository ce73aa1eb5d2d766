import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { config } from '@/lib/config';
import { troubledLine } from '@/tests/setup/faulty-connection';
import { db, isUnavailable, rowsOf } from './index';
import { openPool } from './pool';

const SIZE = 4;
let line: Awaited<ReturnType<typeof troubledLine>>;
let pool: ReturnType<typeof openPool>;
let pooled: ReturnType<typeof drizzle>;

/** A pool on the line, which has a second host to go to: the same once more. */
function open(patience: number) {
  line.url.searchParams.set('connect_timeout', String(patience));
  line.url.searchParams.set('application_name', `pool-${line.url.port}`);
  pool = openPool(line.url.href.replace(line.url.host, `${line.url.host},${line.url.host}`), SIZE);
  pooled = drizzle({ client: pool.client });
}

beforeEach(async () => {
  if (!config.databaseUrl) return;
  line = await troubledLine(config.databaseUrl);
  await db.execute(sql`create table pool_test (id int primary key)`);
  open(5);
});

afterEach(async () => {
  if (!config.databaseUrl) return;
  await pool.close();
  line.stop();
  await db.execute(sql`drop table pool_test`);
});

const ask = async (number: number) => (await pooled.execute<{ n: number }>(sql`select ${number}::int as n`))[0]?.n;
const insert = async (handle: Pick<typeof pooled, 'execute'>, id: number) =>
  await handle.execute(sql`insert into pool_test values (${id})`);
const storedIds = async () =>
  rowsOf<{ id: number }>(await db.execute(sql`select id from pool_test order by id`)).map(({ id }) => id);

/** Ends what the server does for the pool, as a restart of it does, and waits until it is done. */
const throwEverybodyOut = () =>
  db.execute(sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where application_name = ${`pool-${line.url.port}`}`);

/** Asks many at once: each gets its own answer, or a refusal that says the database is away. */
async function askMany(count = 5 * SIZE) {
  const answers = await Promise.allSettled(Array.from({ length: count }, (_, number) => ask(number)));
  answers.forEach((answer, number) => {
    if (answer.status === 'fulfilled') expect(answer.value).toBe(number);
    else expect(answer.reason).toSatisfy(isUnavailable);
  });
  return answers.filter(({ status }) => status === 'fulfilled').length;
}

describe.runIf(config.databaseUrl)('the pool of connections', () => {
  test('answers many at once, each with its own, on no more connections than it may have', async () => {
    expect(await askMany(200)).toBe(200);
    expect(line.open()).toBe(2 * SIZE);
  });

  test('N8: whatever is cut at whatever moment, everybody has an answer, and the next ones are served', {
    timeout: 60_000,
  }, async () => {
    for (let round = 0; round < 40; round++) {
      const results = askMany();
      await sleep(round % 8);
      if (round % 2) line.cut();
      else await throwEverybodyOut();
      await results;
      await ask(1).catch((error) => expect(error).toSatisfy(isUnavailable));
      expect(await askMany(), `in round ${round}`).toBe(5 * SIZE);
    }
  });

  test('N8: of many connections that are lost without a word, one statement finds out, and no other', async () => {
    await askMany();
    line.forget();
    await expect(ask(1)).rejects.toSatisfy(isUnavailable);
    expect(await askMany()).toBe(5 * SIZE);
  });

  test('an answer that is cut off in the middle is no answer, and leaves nothing in the next one', async () => {
    const long = sql`select n, repeat('x', 1000) from generate_series(1, 2000) n`;
    expect(await ask(1)).toBe(1);
    line.trouble.cutsAt = (said) => said.length > 5_000;
    await expect(pooled.execute(long)).rejects.toSatisfy(isUnavailable);
    line.trouble.cutsAt = undefined;
    expect(await pooled.execute(long)).toHaveLength(2000);
    expect(await askMany()).toBe(5 * SIZE);
  });

  test('a connection that is closed as soon as it is made, or never answers, is an outage, in time and for everybody', async () => {
    await pool.close();
    open(1);
    for (const takes of ['nowhere', 'without-a-word'] as const) {
      line.trouble.takes = takes;
      expect(await askMany(), takes).toBe(0);
      expect(line.taken(), 'one try at each host').toBeLessThanOrEqual(20 * SIZE);
    }
    line.trouble.takes = 'through';
    expect(await askMany()).toBe(5 * SIZE);
  });

  test('who finds every connection taken for too long is refused, and those who have them are not disturbed', async () => {
    await pool.close();
    open(1);
    const slow = Array.from({ length: SIZE }, async () => await pooled.execute(sql`select pg_sleep(1.5)`));
    await expect(ask(1)).rejects.toSatisfy(isUnavailable);
    await Promise.all(slow);
    expect(await ask(1)).toBe(1);
  });

  test('closed, it lets finish what runs, and takes nothing more', async () => {
    const running = pooled.transaction(async (tx) => {
      await insert(tx, 1);
      await tx.execute(sql`select pg_sleep(0.3)`);
      await insert(tx, 2);
    });
    await sleep(100);
    await Promise.all([pool.close(), running]);
    expect(await storedIds()).toEqual([1, 2]);
    await expect(ask(1)).rejects.toSatisfy(isUnavailable);
    await vi.waitFor(() => expect(line.open()).toBe(0), { timeout: 20_000 });
  });
});

describe.runIf(config.databaseUrl)('a transaction', () => {
  test('is kept whole or not at all', async () => {
    await pooled.transaction(async (tx) => {
      await insert(tx, 1);
      await insert(tx, 2);
    });
    const thrown = pooled.transaction(async (tx) => {
      await insert(tx, 3);
      throw new Error('changed my mind');
    });
    await expect(thrown).rejects.toThrow('changed my mind');
    expect(await storedIds()).toEqual([1, 2]);
  });

  test('with a statement that failed fails, also when its error was caught', async () => {
    const caught = pooled.transaction(async (tx) => {
      await insert(tx, 1);
      await insert(tx, 1).catch(() => undefined);
      return 'all is well';
    });
    await expect(caught).rejects.toThrow();
    expect(await storedIds()).toEqual([]);
    expect(await askMany()).toBe(5 * SIZE);
  });

  test('waits for the statements that nobody waits for, and fails with them', async () => {
    const careless = (...ids: number[]) =>
      pooled.transaction(async (tx) => {
        for (const id of ids) void insert(tx, id).catch(() => undefined);
      });
    await careless(1, 2);
    await expect(careless(3, 4, 4)).rejects.toThrow();
    expect(await storedIds()).toEqual([1, 2]);
  });

  test('lets nobody add a statement when it is over', async () => {
    const late = await pooled.transaction(async (tx) => ({ insert: sleep(50).then(() => insert(tx, 1)) }));
    await expect(late.insert).rejects.toMatchObject({ cause: { message: expect.stringContaining('over') } });
    expect(await storedIds()).toEqual([]);
  });

  test('N8: whose connection is lost ends there: nothing of it is kept, nor gets into the next one', async () => {
    for (const lose of [throwEverybodyOut, async () => line.cut(), async () => line.forget()]) {
      const lost = pooled.transaction(async (tx) => {
        await insert(tx, 1);
        const slow = async () => await tx.execute(sql`select pg_sleep(0.1)`);
        const another = async () => await tx.execute(sql`insert into pool_test select ${2}::int`);
        const onTheWay = Promise.allSettled([slow(), another(), insert(tx, 3)]);
        await sleep(50);
        await lose();
        await onTheWay;
        await sleep(100); // postgres.js takes its time before it connects again
        await Promise.allSettled([insert(tx, 4), ask(1)]);
        await Promise.allSettled([insert(tx, 5), ask(2)]);
      });
      const next = sleep(70).then(() =>
        pooled.transaction(async (tx) => {
          await insert(tx, 6);
          await sleep(100);
          throw new Error('rolled back');
        }),
      );
      const [one, other] = await Promise.allSettled([lost, next]);
      expect([one, other].map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect((one as PromiseRejectedResult).reason).toSatisfy(isUnavailable);
      expect(await storedIds()).toEqual([]);
    }
  });

  test('given up by the server while it rests between two statements is over as well', async () => {
    let taken = 0;
    const slow = pooled.transaction(async (tx) => {
      await tx.execute(sql`set local idle_in_transaction_session_timeout = 50`);
      await insert(tx, 1);
      await sleep(300);
      taken = line.taken();
      await insert(tx, 2);
    });
    await expect(slow).rejects.toThrow();
    await sleep(100); // as above
    expect(line.taken(), 'nobody connects for what is over').toBe(taken);
    expect(await askMany()).toBe(5 * SIZE);
    expect(await storedIds()).toEqual([]);
  });
});

test('arrays are read alike from every database, whatever is in them', async () => {
  const words = ['a\\b', 'c"d', 'e,f', '{g}', ' ', '', 'NULL'];
  const read = await db.execute(sql`select array[${sql.join(
    words.map((word) => sql`${word}::text`),
    sql`, `,
  )}] as words,
    array[null, 'x'] as nothing, array[1, -2]::int[] as numbers, array[1.5]::float8[] as reals,
    array[true, false] as truths, array[]::uuid[] as none, array[[1], [2]] as nested`);
  expect(rowsOf(read)).toEqual([
    {
      words,
      nothing: [null, 'x'],
      numbers: [1, -2],
      reals: [1.5],
      truths: [true, false],
      none: [],
      nested: [[1], [2]],
    },
  ]);
});
