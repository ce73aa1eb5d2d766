import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { POST } from '@/app/api/passkeys/[id]/lost/route';
import { db } from '@/db';
import { passkeys, sessions } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { Browser } from '@/tests/helpers/browser';
import { expectProblem } from '@/tests/helpers/ceremonies';
import { seedPasskey, seedPerson, seedSession } from '@/tests/helpers/people';

const lose = (browser: Browser, id: string) => browser.send(POST, { params: { id }, body: {} });
const isStored = async (id: string) => (await db.$count(passkeys, eq(passkeys.id, id))) === 1;

/** Somebody with two passkeys; the lost one has a session elsewhere. */
async function withLostDevice() {
  const person = await seedPerson();
  const lost = await seedPasskey(person.authenticator, person.user);
  const elsewhere = await seedSession(new Browser(), person.userId, lost.id);
  return { ...person, lost, elsewhere };
}

const sessionsLeft = () => db.$count(sessions);

test('the sessions of a lost device end even where the step-up that removes its passkey is never done', async () => {
  const { browser, lost } = await withLostDevice();
  await db.update(sessions).set({ authTime: new Date(Date.now() - 3_600_000) });
  expectProblem(await lose(browser, lost.id), 'step_up_required');
  expect([await sessionsLeft(), await isStored(lost.id)]).toEqual([1, true]);
});

test('after a step-up the passkey goes with them, and this session stays', async () => {
  const { browser, lost } = await withLostDevice();
  expect((await lose(browser, lost.id)).status).toBe(204);
  expect([await sessionsLeft(), browser.cookies.has(cookieName('session'))]).toEqual([1, true]);
});

test('who signed in with the lost passkey is signed out here as well', async () => {
  const { browser, passkey } = await withLostDevice();
  expect((await lose(browser, passkey.id)).status).toBe(204);
  expect([await sessionsLeft(), browser.cookies.get(cookieName('session')) ?? '']).toEqual([0, '']);
});

test('somebody else’s passkey, and what is no id, end nothing', async () => {
  const [{ browser }, { lost }] = [await seedPerson(), await withLostDevice()];
  expectProblem(await lose(browser, lost.id), 'not_found');
  expectProblem(await lose(browser, 'no-id'), 'not_found');
  expect(await sessionsLeft()).toBe(3);
});
