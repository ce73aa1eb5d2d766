import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db, rowsOf } from '@/db';

/** Foreign keys, and columns that are looked for, of which no index begins with them; one of all that are not null will do. */
const withoutIndex = async (handle: Pick<typeof db, 'execute'>) =>
  rowsOf<{ missing: string }>(
    await handle.execute(sql`
      with wanted as (
        select conrelid as relation, conkey::int[] as columns from pg_constraint
          where contype = 'f' and connamespace = current_schema()::regnamespace
        union
        select attrelid, array[attnum::int] from pg_attribute
          where (attrelid, attname) in (('audit_events'::regclass, 'actor_id'), ('audit_events'::regclass, 'subject_id'),
            ('sessions'::regclass, 'last_seen_at'), ('one_time_tokens'::regclass, 'email'))
      )
      select relation::regclass || ' ' || (
        select string_agg(attname, ', ') from pg_attribute where attrelid = relation and attnum = any(columns)
      ) as missing
      from wanted where not exists (
        select from pg_index where indrelid = relation and indisvalid and (indpred is null
            or pg_get_expr(indpred, indrelid) = '(' || (
              select attname from pg_attribute where attrelid = relation and attnum = columns[1]
            ) || ' IS NOT NULL)')
          and (string_to_array(indkey::text, ' ')::int[])[1:array_length(columns, 1)] @> columns
      ) order by 1`),
  ).map(({ missing }) => missing);

test('every foreign key has an index, and what else is looked for', async () => {
  expect(await withoutIndex(db)).toEqual([]);
});

test('and one that is missing is found', async () => {
  await db
    .transaction(async (tx) => {
      await tx.execute(sql`create table index_test (id int, user_id uuid references users (id))`);
      await tx.execute(sql`create index on index_test (id, user_id)`);
      const missing = await withoutIndex(tx);
      expect(missing).toEqual(['index_test user_id']);
      tx.rollback();
    })
    .catch((error) => expect(error.constructor.name).toBe('TransactionRollbackError'));
});
