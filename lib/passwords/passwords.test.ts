import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { factorFailures, passkeys, passwords } from '@/db/schema';
import { readOutbox } from '@/lib/mail';
import { hashSecret } from '@/lib/password-hash';
import type { Session } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { eventsOf } from '@/tests/helpers/database';
import { enterPassword, givePassword, PASSWORD } from '@/tests/helpers/factors';
import { runAs } from '@/tests/helpers/operations';
import { seedPerson } from '@/tests/helpers/people';
import { removePassword, setPassword } from './index';
import { checkNewPassword } from './rules';

const context = ['Ada Lovelace', 'ada.lovelace@example.com', 'Latchkey'];
const sessionOf = ({ session }: { session: Session }): Session => ({ ...session, name: 'Ada' });

/** Keeps the queue of hashings full for as long as the work takes, however slow the machine. */
async function whileQueueIsFull<T>(work: () => Promise<T>) {
  let isOver = false;
  const fill = async () => {
    while (!isOver) if (!(await hashSecret('x')).ok) await setImmediate();
  };
  const fillers = Array.from({ length: 60 }, fill);
  try {
    return await work();
  } finally {
    isOver = true;
    await Promise.all(fillers);
  }
}

test('J6, J8: a password that nobody had time to look at is no failure, and the answer is to come back', async () => {
  const person = await seedPerson();
  await givePassword(person);
  await enterPassword(new Browser(), person.email, 'a wrong one, 99 lanterns');
  const answer = await whileQueueIsFull(() => enterPassword(new Browser(), person.email));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
  expect((await db.select().from(factorFailures))[0]?.failures).toBe(1);
  expect((await enterPassword(new Browser(), person.email)).status).toBe(200);
});

describe('a new password (F1 to F3)', () => {
  test.each([
    ['fourteen chars', 'password_too_short'],
    ['🙂'.repeat(14), 'password_too_short'],
    ['x7'.repeat(129), 'password_too_long'],
    ['a'.repeat(20), 'password_pattern'],
    ['abcdefghijklmnopqrst', 'password_pattern'],
    ['passwordpassword', 'password_common'],
    ['adalovelaceadalovelace', 'password_about_you'],
    ['line\nbreaks in the middle', 'password_not_text'],
    ['a NUL\u0000in the middle of it', 'password_not_text'],
  ])('%j is refused as %s', (password, problem) => {
    const result = checkNewPassword(password, context);
    expect(
      ['password_common', 'password_about_you', 'password_pattern'].includes(problem)
        ? result !== undefined
        : result === problem,
      result,
    ).toBe(true);
  });

  test.each([
    PASSWORD,
    'correct-weasel staple battery 7',
    'ünïcödé wörds äre fine töö',
    'x'.repeat(3) + '9hT4 kdOw qqLm zz81 vB'.repeat(3),
  ])('%j is taken', (password) => {
    expect(checkNewPassword(password, context)).toBeUndefined();
  });
});

describe('setting and removing', () => {
  test('a password that is set works at once, ends the failures so far, and its owner is told', async () => {
    const person = await seedPerson();
    for (let failure = 0; failure < 6; failure += 1)
      await enterPassword(new Browser(), person.email, 'not the right password');
    expect((await enterPassword(new Browser(), person.email)).status).toBe(429);
    expect(await eventsOf()).toContainEqual(
      expect.objectContaining({ type: 'auth.password.failure', reason: 'has_to_wait' }),
    );
    expect(await runAs(sessionOf(person), setPassword, { password: PASSWORD })).toMatchObject({ ok: true });
    expect((await enterPassword(new Browser(), person.email)).status).toBe(200);
    expect(
      readOutbox()!.filter(({ to, subject }) => to === person.email && subject === 'Your password was changed'),
    ).toHaveLength(1);
    expect((await db.select().from(passwords))[0]!.hash).not.toContain(PASSWORD);
  });

  test('a password that is removed works no more; the only way in stays', async () => {
    const person = await seedPerson();
    await givePassword(person);
    expect((await runAs(sessionOf(person), removePassword)).ok).toBe(true);
    expect((await enterPassword(new Browser(), person.email)).status).toBe(401);

    await givePassword(person);
    await db.update(passkeys).set({ removedAt: new Date() });
    expect(await runAs(sessionOf(person), removePassword)).toEqual({ ok: false, error: 'last_way_in' });
    expect((await enterPassword(new Browser(), person.email)).status).toBe(200);
  });

  test('of the last passkey and the password removed at once, one stays', async () => {
    const person = await seedPerson();
    await givePassword(person);
    const { removePasskey } = await import('@/lib/passkeys');
    const outcomes = await Promise.all([
      runAs(sessionOf(person), removePassword),
      runAs(sessionOf(person), removePasskey, { id: person.passkey.id }),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  });
});
