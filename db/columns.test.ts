import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db, rowsOf } from '@/db';
import { newPerson } from '@/tests/helpers/people';

const uuidV7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const column = async (query: ReturnType<typeof sql>) =>
  rowsOf<{ value: string }>(await db.execute(query)).map(({ value }) => value);

test('what a sign-in writes has ids of version 7, each with its own moment in the first 48 bits', async () => {
  await newPerson();
  const ids = await column(sql`select id::text as value from sessions union all select id::text from audit_events`);
  expect(ids.length).toBeGreaterThan(1);
  for (const id of ids) {
    const [, high, low] = uuidV7.exec(id) ?? [];
    expect(Math.abs(Number.parseInt(`${high}${low}`, 16) - Date.now()), id).toBeLessThan(60_000);
  }
  expect(new Set(ids.map((id) => id.slice(14))).size).toBe(ids.length);
});

test('a later one is larger', async () => {
  const [first, second] = await column(
    sql`select uuid_v7()::text as value from (select 1 union all select 2) as twice (n), lateral pg_sleep(n * 0.002)`,
  );
  expect(first! < second!).toBe(true);
});
