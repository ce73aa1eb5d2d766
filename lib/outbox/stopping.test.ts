import { expect, onTestFinished, test, vi } from 'vitest';
import { db } from '@/db';
import { outbox } from '@/db/schema';
import { lazy } from '@/lib/lazy';
import { type Delivery, deliverDue, stopDelivering } from './delivery';

test('a stop waits for the attempts under way, and no further message is claimed', async () => {
  const state = lazy('outbox-delivery', () => ({ isStopping: false }));
  onTestFinished(() => {
    state().isStopping = false;
  });
  await db.insert(outbox).values([{ kind: 'slow' }, { kind: 'slow' }]);
  const end: (() => void)[] = [];
  const attempt = () => new Promise<undefined>((resolve) => end.push(() => resolve(undefined)));
  const slow: Delivery = { pauses: [], longest: 60, atOnce: 1, attempt, eventOf: () => undefined };
  const round = deliverDue({ slow });
  await vi.waitFor(() => expect(end).toHaveLength(1));
  let hasStopped = false;
  const stopped = stopDelivering().then(() => {
    hasStopped = true;
  });
  await new Promise(setImmediate);
  expect(hasStopped).toBe(false);
  end[0]!();
  await stopped;
  expect([await round, end.length, await db.$count(outbox)]).toEqual([1, 1, 1]);
  expect(await deliverDue({ slow })).toBe(0);
});
