import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { confirmHere } from '@/app/actions';
import { db } from '@/db';
import { sessions } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { readSession } from '@/lib/sessions';
import { eventsOf, onlyRow } from '@/tests/helpers/database';
import { givePassword, giveTotp, PASSWORD } from '@/tests/helpers/factors';
import { seedPerson } from '@/tests/helpers/people';
import { submit } from '@/tests/setup/request-scope';
import { confirmWithPassword } from './actions';

/** Somebody with a password whose last authentication is half an hour old. */
async function unproven() {
  const person = await seedPerson();
  await givePassword(person);
  const authTime = new Date(Date.now() - 1_800_000);
  await db.update(sessions).set({ authTime });
  const confirm = (fields: Record<string, string>) => submit(confirmHere, fields, { cookies: person.browser.cookies });
  const row = () => onlyRow(db.select().from(sessions).where(eq(sessions.userId, person.userId)));
  return { ...person, confirm, row };
}

describe('the password as a step-up', () => {
  test('gives the same session a new token, and is worth one factor', async () => {
    const { browser, confirm, row, userId } = await unproven();
    const before = await row();
    const old = browser.cookies.get(cookieName('session'));
    const answer = await confirm({ password: PASSWORD });
    expect(answer.state).toEqual({ status: 'done' });
    expect(await row()).toMatchObject({
      id: before.id,
      stepUpAmr: ['pwd'],
      stepUpAcr: 'aal1',
      stepUpAt: expect.any(Date),
    });
    expect(await readSession(old), 'the old token opens nothing (G2)').toBeUndefined();
    expect((await readSession(answer.cookies.get(cookieName('session'))?.value))?.userId).toBe(userId);
    expect(await eventsOf()).toMatchObject([{ type: 'auth.step-up.success', reason: 'password', subjectId: userId }]);
  });

  test('is not enough where two-step sign-in is on; with a code it is two', async () => {
    const person = await unproven();
    const { code } = await giveTotp(person);
    const before = await person.row();
    for (const code of ['', '000000']) {
      expect((await person.confirm({ password: PASSWORD, code })).state).toMatchObject({ status: 'failed' });
    }
    expect(await person.row()).toEqual(before);
    expect((await person.confirm({ password: PASSWORD, code: code() })).state).toEqual({ status: 'done' });
    expect(await person.row()).toMatchObject({ stepUpAmr: ['pwd', 'otp', 'mfa'], stepUpAcr: 'aal2' });
  });

  test('of somebody else, a wrong one, and one without a session prove nothing', async () => {
    const { confirm, row } = await unproven();
    const before = await row();
    expect((await confirm({ password: 'not the one, 99 lanterns' })).state).toMatchObject({ status: 'failed' });
    expect((await submit(confirmHere, { password: PASSWORD })).state).toMatchObject({ status: 'failed' });
    expect(await row()).toEqual(before);
  });

  test('on the page of its own leads back, and never away from here', async () => {
    const { browser } = await unproven();
    const fields = { password: PASSWORD, return_to: '/account/passkeys' };
    const done = await submit(confirmWithPassword, fields, { cookies: browser.cookies });
    expect(done.redirectedTo).toBe('/account/passkeys');
    const again = await unproven();
    const foreignReturn = { password: PASSWORD, return_to: '//evil.example/' };
    const reply = await submit(confirmWithPassword, foreignReturn, { cookies: again.browser.cookies });
    expect(reply.redirectedTo).toBe('/account');
  });
});
