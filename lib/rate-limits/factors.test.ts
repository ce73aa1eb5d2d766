import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { factorFailures } from '@/db/schema';
import { clearFactorAttempts, giveBackFactorAttempt, takeFactorAttempt } from './index';

const take = () => takeFactorAttempt('password', 'ada@example.com');
const letTimePass = () => db.update(factorFailures).set({ blockedUntil: new Date(Date.now() - 1000) });

describe('consecutive failures of a factor (J1, J5)', () => {
  test('are free five times, then wait ten seconds and twice as long each time, up to a quarter of an hour', async () => {
    for (let attempt = 1; attempt <= 5; attempt += 1)
      expect(await take()).toEqual({ ok: true, value: { attempts: attempt } });
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt += 1) {
      const refused = await take();
      waits.push(refused.ok ? 0 : refused.error);
      await letTimePass();
      expect((await take()).ok).toBe(true);
    }
    const expected = [10, 20, 40, 80, 160, 320, 640, 900, 900];
    waits.forEach((wait, index) => {
      expect(wait).toBeGreaterThan(expected[index]! - 5);
      expect(wait).toBeLessThanOrEqual(expected[index]!);
    });
  });

  test('disable the factor at a hundred, however long one waits, until it is set anew', async () => {
    await take();
    await db.update(factorFailures).set({ failures: 99 });
    await letTimePass();
    expect((await take()).ok).toBe(true);
    await letTimePass();
    expect(await take()).toEqual({ ok: false, error: 3600 });
    await clearFactorAttempts(db, 'password', 'ada@example.com');
    expect((await take()).ok).toBe(true);
  });

  test('are counted also when they are sent at once, and name nobody in the table', async () => {
    const taken = await Promise.all(Array.from({ length: 20 }, take));
    expect(taken.filter(({ ok }) => ok)).toHaveLength(5);
    const [row] = await db.select().from(factorFailures);
    expect(row!.key).not.toContain('ada');
  });

  test('given back are as if they had never been made, unless others were counted since (J6)', async () => {
    const failures = async () => (await db.select().from(factorFailures))[0]?.failures;
    for (let attempt = 1; attempt <= 6; attempt += 1) await take();
    expect((await take()).ok, 'one has to wait').toBe(false);
    await letTimePass();
    await take();
    await giveBackFactorAttempt('password', 'ada@example.com', 5);
    expect(await failures()).toBe(6);
    await giveBackFactorAttempt('password', 'ada@example.com', 6);
    expect(await failures()).toBe(5);
    expect((await take()).ok, 'and need not wait').toBe(true);
  });

  test('of one factor or one account say nothing about another', async () => {
    for (let attempt = 0; attempt < 6; attempt += 1) await take();
    expect((await takeFactorAttempt('second-factor', 'ada@example.com')).ok).toBe(true);
    expect((await takeFactorAttempt('password', 'grace@example.com')).ok).toBe(true);
  });
});
