import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { db } from '@/db';
import { outbox, rateLimits } from '@/db/schema';
import { deliverOutbox } from '@/lib/jobs';
import { requestRecovery } from '@/lib/recovery';
import { runOperation } from '@/tests/helpers/operations';
import { inRequest } from '@/tests/setup/request-scope';
import { type Delivery, deliverDue } from './delivery';

const write = (kind: string, count: number) =>
  db.insert(outbox).values(Array.from({ length: count }, () => ({ kind })));
const left = (kind: string) => db.$count(outbox, sql`kind = ${kind}`);

/** A kind whose attempts last until they are let go. */
function hanging(atOnce: number) {
  const pending: (() => void)[] = [];
  let isOpen = false;
  let most = 0;
  const attempt = () =>
    new Promise<undefined>((resolve) => {
      if (isOpen) return resolve(undefined);
      pending.push(() => resolve(undefined));
      most = Math.max(most, pending.length);
    });
  const delivery: Delivery = { pauses: [], longest: 60, atOnce, attempt, eventOf: () => undefined };
  const letGo = () => {
    isOpen = true;
    for (const go of pending) go();
  };
  return { delivery, letGo, most: () => most };
}

const quick: Delivery = {
  pauses: [],
  longest: 60,
  atOnce: 5,
  attempt: async () => undefined,
  eventOf: () => undefined,
};

test('a kind that hangs keeps no other from going out, and holds no connection', async () => {
  await write('slow', 30);
  await write('quick', 3);
  const slow = hanging(20);
  const round = deliverDue({ slow: slow.delivery, quick });
  await vi.waitFor(async () => expect([await left('quick'), slow.most()]).toEqual([0, 20]));
  slow.letGo();
  expect(await round).toBe(33);
  expect(await left('slow')).toBe(0);
});

test('an attempt that cannot be settled ends no process and no other attempt, and is told when all have ended', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  onTestFinished(() => void process.off('unhandledRejection', unhandled));
  await write('broken', 3);
  const eventOf = vi.fn<Delivery['eventOf']>().mockImplementationOnce(() => {
    throw new Error('gone');
  });
  const round = deliverDue({ broken: { ...quick, atOnce: 1, eventOf } });
  await expect(round).rejects.toThrow('gone');
  await new Promise((done) => setImmediate(done));
  expect(unhandled).not.toHaveBeenCalled();
  expect([eventOf.mock.calls.length, await left('broken')]).toEqual([3, 1]);
});

test('a message is claimed when it is attempted, not while others are, in however many rounds of a process', async () => {
  await write('slow', 8);
  const slow = hanging(2);
  const rounds = [1, 2, 3].map(() => deliverDue({ slow: slow.delivery }));
  await vi.waitFor(() => expect(slow.most()).toBe(2));
  expect(await db.$count(outbox, sql`attempts > 0`)).toBe(2);
  slow.letGo();
  expect((await Promise.all(rounds)).reduce((sum, tried) => sum + tried)).toBe(8);
  expect([await left('slow'), slow.most()]).toEqual([0, 2]);
});

test('a request that has to be taken up again counts as one that was made once (J7)', async () => {
  const counted = async () => (await db.select().from(rateLimits)).filter(({ key }) => key.startsWith('email'));
  await runOperation(requestRecovery, { email: 'ada@example.com' });
  expect(await counted()).toMatchObject([{ points: 1 }]);
  for (const kind of ['recovery-request', 'sign-up-request']) {
    const payload = { address: '', browser: '', requestId: '', mayWrite: 'true' };
    await db.insert(outbox).values({ kind, recipient: 'ada@example.com', payload, attempts: 1 });
    expect(await deliverOutbox()).toBe(1);
  }
  expect(await counted()).toMatchObject([{ points: 1 }]);
});

test('beyond the limit of a mailbox a request is answered like any other, and sends nothing', async () => {
  const { outcome } = await inRequest({}, async () => {
    for (let n = 0; n < 6; n++) await runOperation(requestRecovery, { email: 'ada@example.com' });
    return (await db.select().from(outbox)).map(({ payload }) => payload?.mayWrite);
  });
  expect(await outcome).toEqual(['true', 'true', 'true', 'true', 'true', 'false']);
});
