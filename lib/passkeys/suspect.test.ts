import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { passkeys } from '@/db/schema';
import { readOutbox } from '@/lib/mail';
import { listPasskeys, listPasskeysOf } from '@/lib/passkeys';
import type { Change } from '@/tests/helpers/authenticator';
import { expectAnswerRefused, expectProblem, finish, start } from '@/tests/helpers/ceremonies';
import { makeKey } from '@/tests/helpers/cose';
import { eventsOf, onlyRow } from '@/tests/helpers/database';
import { type Person, seedPerson, signIn } from '@/tests/helpers/people';

type Step = 'authenticate' | 'step-up';
const messagesTo = (email: string) => readOutbox()!.filter(({ to }) => to === email);
const stored = async ({ passkey }: Person) => onlyRow(db.select().from(passkeys).where(eq(passkeys.id, passkey.id)));

/** Answers with this count and hands back the reply. */
async function answerWith({ browser, authenticator }: Person, ceremony: Step, change: Change) {
  const { challengeId, options } = await start(browser, ceremony);
  return finish(browser, ceremony, { challengeId, credential: authenticator.signIn(options, change) });
}

describe.each(['authenticate', 'step-up'] as const)('C9, %s', (ceremony) => {
  test.each([
    ['the same count', 10, 10],
    ['a lower one', 10, 9],
    ['none any more', 10, 0],
    ['the highest there is, twice', 4_294_967_295, 4_294_967_295],
  ])('%s is refused, recorded, told to the owner, and the passkey still works', async (_what, known, count) => {
    const person = await seedPerson({ signCount: known === 4_294_967_295 ? known : 10 });
    const reply = await answerWith(person, ceremony, { counter: count });
    expect(reply).toMatchObject({ status: 401, json: { error: { code: 'authentication_failed' } } });
    expect(await eventsOf(reply.json.error.requestId)).toMatchObject([
      {
        type: 'passkey.counter-regression',
        outcome: 'failure',
        reason: 'counter_regression',
        passkeyId: person.passkey.id,
        subjectId: person.userId,
      },
    ]);
    expect(await stored(person)).toEqual({ ...person.passkey, counterRegressedAt: expect.any(Date) });
    expect(messagesTo(person.email)).toMatchObject([{ subject: 'A passkey answered out of order' }]);
    if (known < 4_294_967_295) expect((await answerWith(person, ceremony, { counter: known + 1 })).status).toBe(200);
  });

  test.each([
    ['a first count', 0, 1],
    ['the next count', 10, 11],
    ['a much higher one', 10, 4_294_967_295],
    ['no count, as ever', 0, 0],
  ])('%s is taken and kept', async (_what, known, count) => {
    const person = await seedPerson({ signCount: known });
    expect((await answerWith(person, ceremony, { counter: count })).status).toBe(200);
    expect(await stored(person)).toMatchObject({ signCount: count, counterRegressedAt: null });
  });

  test('T4: whoever lacks the key cannot make it look copied', async () => {
    const person = await seedPerson({ signCount: 10 });
    await expectAnswerRefused(person, ceremony, { key: makeKey('ES256'), counter: 3 }, { reason: 'not_verified' });
    expect(messagesTo(person.email)).toEqual([]);
    expect(await stored(person)).toEqual(person.passkey);
  });
});

test('C9: a count that was overtaken between its check and its storing is refused, and no session starts', async () => {
  const person = await seedPerson({ signCount: 10 });
  const [first, second] = [await start(person.browser, 'authenticate'), await start(person.browser, 'authenticate')];
  const answers = [first, second].map(({ challengeId, options }) => ({
    challengeId,
    credential: person.authenticator.signIn(options, { counter: 11 }),
  }));
  const replies = await Promise.all(answers.map((body) => finish(person.browser.copy(), 'authenticate', body)));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 401]);
  expect(await stored(person)).toMatchObject({ signCount: 11 });
});

test.each([
  ['can suddenly be synced', false, true],
  ['suddenly cannot be synced', true, false],
])('C7: a passkey that %s is refused, its owner is told once, and both see it', async (_what, was, be) => {
  const person = await seedPerson({ backupEligible: was });
  for (const ceremony of ['authenticate', 'step-up', 'authenticate'] as const) {
    const reply = await answerWith(person, ceremony, { flags: { be } });
    expectProblem(reply, 'passkey_changed');
    expect(await eventsOf(reply.json.error.requestId)).toMatchObject([
      {
        type: 'passkey.be-changed',
        outcome: 'failure',
        reason: 'backup_eligibility_changed',
        subjectId: person.userId,
      },
    ]);
  }
  expect(await stored(person)).toEqual({ ...person.passkey, backupEligibilityChangedAt: expect.any(Date) });
  expect(messagesTo(person.email)).toMatchObject([{ subject: 'A passkey has changed and was refused' }]);
  expect(await listPasskeysOf(person.userId)).toMatchObject([{ suspectSince: expect.any(Date) }]);
  const { passkeys: ownPasskeys } = await listPasskeys({ userId: person.userId, passkeyId: null });
  expect(ownPasskeys).toMatchObject([{ backupEligibilityChangedAt: expect.any(String), counterRegressedAt: null }]);
});

test('a counter that never counts works again and again', async () => {
  const { browser, authenticator } = await seedPerson();
  for (let time = 0; time < 3; time += 1) {
    expect((await signIn(browser, authenticator, { counter: 0 })).status).toBe(200);
  }
});
