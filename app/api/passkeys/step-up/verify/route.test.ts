import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { sessions, settings, users } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { hashToken } from '@/lib/crypto';
import { ask, expectProblem, expectRefused, finish, start } from '@/tests/helpers/ceremonies';
import { eventsOf, onlyRow } from '@/tests/helpers/database';
import { giveTotp } from '@/tests/helpers/factors';
import { seedPerson } from '@/tests/helpers/people';

test('G2: the same session with a new token and a step-up; the old token opens nothing', async () => {
  const { browser, authenticator, userId, passkey } = await seedPerson();
  const past = new Date(Date.now() - 3_600_000);
  await db.update(sessions).set({ authTime: past }).where(eq(sessions.userId, userId));
  const before = await onlyRow(db.select().from(sessions));
  const stale = browser.copy();
  const { challengeId, options } = await start(browser, 'step-up');
  expect((await ask(browser, 'register')).json.error.code).toBe('step_up_required');

  const reply = await finish(browser, 'step-up', { challengeId, credential: authenticator.signIn(options) });
  expect(reply.status).toBe(200);
  const after = await onlyRow(db.select().from(sessions));
  const tokenHash = hashToken(browser.cookies.get(cookieName('session'))!);
  const steppedUp = { stepUpAt: expect.any(Date), stepUpAmr: ['hwk', 'user', 'mfa'], stepUpAcr: 'phrh' };
  expect(after).toEqual({ ...before, ...steppedUp, tokenHash, lastSeenAt: expect.any(Date) });
  expect(tokenHash).not.toBe(before.tokenHash);
  expect(reply.json.validUntil).toBe(new Date(after.stepUpAt!.getTime() + 600_000).toISOString());
  expect((await ask(browser, 'register')).status).toBe(200);
  expectProblem(await ask(stale, 'step-up'), 'session_required');
  expect(await eventsOf(reply.headers.get('x-request-id')!)).toMatchObject([
    { type: 'auth.step-up.success', subjectId: userId, passkeyId: passkey.id, sessionId: before.id },
  ]);
});

test('a session that ended, or whose person was disabled, cannot be confirmed', async () => {
  for (const end of [
    (userId: string) => db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId)),
    (userId: string) =>
      db
        .update(sessions)
        .set({ lastSeenAt: new Date(0) })
        .where(eq(sessions.userId, userId)),
  ]) {
    const { browser, authenticator, userId } = await seedPerson();
    const { challengeId, options } = await start(browser, 'step-up');
    await end(userId);
    const body = { challengeId, credential: authenticator.signIn(options) };
    await expectRefused(() => finish(browser, 'step-up', body), { code: 'session_required', kept: challengeId });
  }
});

test.each([
  ['was never confirmed by another factor', { uvInitialized: false }, undefined],
  ['is one factor by an administrator’s decision', { uvInitialized: true }, { passkeyIsTwoFactors: false }],
])('G9: where two-step sign-in is on, a passkey that %s is no step-up', async (_, row, decided) => {
  const person = await seedPerson(row);
  const sendIt = async () => {
    const { challengeId, options } = await start(person.browser, 'step-up');
    return finish(person.browser, 'step-up', { challengeId, credential: person.authenticator.signIn(options) });
  };
  if (decided) await db.insert(settings).values(decided);
  expect((await sendIt()).status, 'without two-step sign-in it is').toBe(200);

  await giveTotp(person);
  await db.update(sessions).set({ stepUpAt: null });
  const reply = await sendIt();
  expectProblem(reply, 'authentication_failed');
  expect((await onlyRow(db.select().from(sessions))).stepUpAt).toBeNull();
  expect(await eventsOf(reply.json.error.requestId)).toMatchObject([
    { type: 'auth.step-up.failure', reason: 'second_factor_needed', passkeyId: person.passkey.id },
  ]);
});
