import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { afterCommit, db } from '@/db';
import { groups } from '@/db/schema';
import { config } from '@/lib/config';

const retries: unknown[] = [];
const listen = (state: unknown) => void retries.push(state);
beforeEach(() => {
  retries.length = 0;
  subscribe('latchkey.retry', listen);
});
afterEach(() => {
  unsubscribe('latchkey.retry', listen);
});

const fails = (state: string) =>
  sql.raw(`do $$ begin raise exception 'made to fail' using errcode = '${state}'; end $$`);

describe('a transaction that another one came between', () => {
  test.each(['40001', '40P01', '23505', '23503', '23001'])(
    'is tried again after %s, from its beginning',
    async (state) => {
      let tries = 0;
      const done: number[] = [];
      const result = await db.transaction(async (tx) => {
        tries += 1;
        const attempt = tries;
        afterCommit(tx, () => done.push(attempt));
        await tx.insert(groups).values({ name: `of try ${tries}` });
        if (tries < 3) await tx.execute(fails(state));
        return tries;
      });
      expect(result).toBe(3);
      expect(retries).toEqual([state, state]);
      expect(done, 'what is done after the commit is done once').toEqual([3]);
      expect(await db.select({ name: groups.name }).from(groups)).toEqual([{ name: 'of try 3' }]);
    },
  );

  test.each([
    ['40P01', 5],
    ['23505', 3],
  ])('is given up with %s after %i tries, and with what Postgres said', async (state, most) => {
    let tries = 0;
    const failing = db.transaction(async (tx) => {
      tries += 1;
      await tx.execute(fails(state));
    });
    await expect(failing).rejects.toMatchObject({ cause: { code: state } });
    expect(tries).toBe(most);
  });

  test('is not tried again after anything else', async () => {
    let tries = 0;
    const failing = db.transaction(async (tx) => {
      tries += 1;
      await tx.execute(fails('22012'));
    });
    await expect(failing).rejects.toThrow();
    expect([tries, retries]).toEqual([1, []]);
  });
});

describe('what is done after the commit', () => {
  test('waits for it, and sees what was written', async () => {
    let seen: Promise<number> | undefined;
    await db.transaction(async (tx) => {
      await tx.insert(groups).values({ name: 'written' });
      afterCommit(tx, () => {
        seen = db.$count(groups, eq(groups.name, 'written'));
      });
      expect(seen).toBeUndefined();
    });
    expect(await seen).toBe(1);
  });

  test('is not done where the transaction fails', async () => {
    const done: string[] = [];
    const failing = db.transaction(async (tx) => {
      afterCommit(tx, () => done.push('done'));
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    expect(done).toEqual([]);
  });

  test('is done at once where there is no transaction', () => {
    const done: string[] = [];
    afterCommit(db, () => done.push('done'));
    expect(done).toEqual(['done']);
  });
});

test.runIf(config.databaseUrl)('two transactions that wait for each other both come through', async () => {
  const names = ['one', 'two'];
  for (const name of names) await db.insert(groups).values({ name });
  let [reached, go]: [number, () => void] = [0, () => undefined];
  const both = new Promise<void>((resolve) => {
    go = resolve;
  });
  const renamed = (order: string[], suffix: string) =>
    db.transaction(async (tx) => {
      for (const [index, name] of order.entries()) {
        await tx.execute(sql`update ${groups} set name = name || ${suffix}::text where name like ${`${name}%`}::text`);
        reached += 1;
        if (reached === 2) go();
        if (index === 0) await both;
      }
    });
  await Promise.all([renamed(names, '.'), renamed(names.toReversed(), '.')]);
  expect(retries).toEqual(['40P01']);
  expect((await db.select({ name: groups.name }).from(groups)).map(({ name }) => name).sort()).toEqual([
    'one..',
    'two..',
  ]);
});

test.runIf(config.databaseUrl)('a single statement that Postgres ended for another one is done again', async () => {
  await db.execute(sql`create sequence if not exists tries_of_a_statement`);
  try {
    const statement = sql`do $$ begin
      if nextval('tries_of_a_statement') < 3 then raise exception 'made to fail' using errcode = '40P01'; end if;
    end $$`;
    await db.execute(statement);
    expect(retries).toEqual(['40P01', '40P01']);
  } finally {
    await db.execute(sql`drop sequence tries_of_a_statement`);
  }
});
