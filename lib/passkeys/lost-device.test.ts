import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { passkeys, sessions } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { reportLostDevice } from '@/lib/passkeys';
import { readSession } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { enterCode, enterPassword, givePassword, giveTotp } from '@/tests/helpers/factors';
import { runAs } from '@/tests/helpers/operations';
import { type Person, seedPerson, seedSession } from '@/tests/helpers/people';

const sessionOf = async ({ browser }: Person) => (await readSession(browser.cookies.get(cookieName('session'))))!;
const counts = async ({ userId, passkey }: Person) => [
  await db.$count(sessions, eq(sessions.userId, userId)),
  (await db.select().from(passkeys).where(eq(passkeys.id, passkey.id)))[0]!.removedAt ? 'removed' : 'kept',
];

async function personWithAnotherSession() {
  const person = await seedPerson();
  await seedSession(new Browser(), person.userId, person.passkey.id);
  expect(await counts(person)).toEqual([2, 'kept']);
  return person;
}

test('the last way in stays, and every other session ends all the same', async () => {
  const person = await personWithAnotherSession();
  expect(await runAs(await sessionOf(person), reportLostDevice, { id: person.passkey.id })).toMatchObject({
    error: 'last_way_in',
  });
  expect(await counts(person)).toEqual([1, 'kept']);
});

test('a session that is not recently proven ends the others, and removes nothing', async () => {
  const person = await personWithAnotherSession();
  await givePassword(person);
  await db.update(sessions).set({ authTime: new Date(Date.now() - 3_600_000) });
  expect(await runAs(await sessionOf(person), reportLostDevice, { id: person.passkey.id })).toMatchObject({
    error: 'step_up_required',
  });
  expect(await counts(person)).toEqual([1, 'kept']);
});

test('with another way in the passkey goes too, and what waits for a second factor ends', async () => {
  const person = await personWithAnotherSession();
  await givePassword(person);
  const { code } = await giveTotp(person);
  const onDevice = new Browser();
  await enterPassword(onDevice, person.email);
  const session = await sessionOf(person);
  expect((await runAs(session, reportLostDevice, { id: person.passkey.id })).ok).toBe(true);
  expect(await counts(person)).toEqual([0, 'removed']);
  expect((await enterCode(onDevice, code())).status).toBe(409);
});

test('somebody else’s passkey ends nothing', async () => {
  const [person, other] = [await personWithAnotherSession(), await seedPerson()];
  expect(await runAs(await sessionOf(person), reportLostDevice, { id: other.passkey.id })).toMatchObject({
    error: 'not_found',
  });
  expect(await counts(person)).toEqual([2, 'kept']);
});
