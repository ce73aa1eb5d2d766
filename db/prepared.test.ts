import { eq, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { expect, test, vi } from 'vitest';
import { db, prepared } from '@/db';
import { settings } from '@/db/schema';

const textsMade = vi.spyOn(PgDialect.prototype, 'sqlToQuery');

const addOne = prepared<{ number: number; note: string | null }>()(
  ({ number, note }) =>
    sql<{ sum: number; note: string | null }>`select ${number}::int + 1 as sum, ${note}::text as note`,
);

const findSettings = prepared<{ id: number }>()(({ id }, db) =>
  db.select({ id: settings.id, twoFactors: settings.passkeyIsTwoFactors }).from(settings).where(eq(settings.id, id)),
);

test('a statement answers by the values of each call', async () => {
  expect(await addOne(db, { number: 1, note: 'one' })).toEqual([{ sum: 2, note: 'one' }]);
  expect(await addOne(db, { number: 41, note: null })).toEqual([{ sum: 42, note: null }]);
});

test('its text is made once for the process, also for transactions; that of a builder once for each session', async () => {
  await addOne(db, { number: 1, note: null });
  const stored = await findSettings(db, { id: 1 });
  textsMade.mockClear();
  await Promise.all([
    addOne(db, { number: 1, note: null }),
    db.transaction((tx) => addOne(tx, { number: 2, note: null })),
  ]);
  expect(await findSettings(db, { id: 1 })).toEqual(stored);
  expect(textsMade).not.toHaveBeenCalled();
});

test('inside a transaction it sees and does what the transaction does', async () => {
  const before = await findSettings(db, { id: 1 });
  await db
    .transaction(async (tx) => {
      await tx
        .insert(settings)
        .values({ id: 1, passkeyIsTwoFactors: false })
        .onConflictDoUpdate({ target: settings.id, set: { passkeyIsTwoFactors: false } });
      expect(await findSettings(tx, { id: 1 })).toMatchObject([{ twoFactors: false }]);
      throw new Error('undo');
    })
    .catch(() => undefined);
  expect(await findSettings(db, { id: 1 })).toEqual(before);
});
