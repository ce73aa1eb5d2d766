import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { DELETE, PATCH } from '@/app/api/passkeys/[id]/route';
import { db } from '@/db';
import { passkeys, sessions } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { readOutbox } from '@/lib/mail';
import { Browser } from '@/tests/helpers/browser';
import { ask, expectProblem, expectRefused, finish, start } from '@/tests/helpers/ceremonies';
import { eventsOf, onlyRow, snapshot } from '@/tests/helpers/database';
import { newPerson, seedPasskey, seedPerson, seedSession, signIn } from '@/tests/helpers/people';

const rename = (browser: Browser, id: string, body: unknown) =>
  browser.send(PATCH, { method: 'PATCH', params: { id }, body });
const remove = (browser: Browser, id: string) => browser.send(DELETE, { method: 'DELETE', params: { id } });
const rowOf = (id: string) => onlyRow(db.select().from(passkeys).where(eq(passkeys.id, id)));

async function withTwo() {
  const person = await seedPerson();
  return { ...person, second: await seedPasskey(person.authenticator, person.user) };
}

describe('renaming', () => {
  test('D5: changes the name, whatever else the body says', async () => {
    const { browser, passkey, userId } = await seedPerson();
    const body = { name: ' Desk ', signCount: 9, userId: randomUUID(), removedAt: 'now', uvInitialized: false };
    const reply = await rename(browser, passkey.id, body);
    expect(reply).toMatchObject({
      status: 200,
      json: { passkey: { id: passkey.id, name: 'Desk', usedInThisSession: true } },
    });
    expect(await rowOf(passkey.id)).toEqual({ ...passkey, name: 'Desk' });
    expect(await eventsOf(reply.headers.get('x-request-id')!)).toMatchObject([
      { type: 'passkey.rename', outcome: 'success', passkeyId: passkey.id, subjectId: userId },
    ]);
  });

  test.each([
    ['nothing', undefined],
    ['spaces', '   '],
    ['a number', 7],
    ['65 characters', 'n'.repeat(65)],
    ['a line break', 'a\nb'],
    ['a character that turns the text around', 'a\u202eb'],
    ['a zero-width one', 'a\u200bb'],
  ])('to %s is refused', async (_what, name) => {
    const { browser, passkey } = await seedPerson();
    await expectRefused(() => rename(browser, passkey.id, { name }), { code: 'invalid_request' });
  });
});

describe('D4: somebody else’s passkey, a removed one, none and no id at all are the same to both', () => {
  test.each(['theirs', 'removed', 'none', 'no id'])('%s', async (which) => {
    const { browser, authenticator, user } = await withTwo();
    const removed = await seedPasskey(authenticator, user, { removedAt: new Date() });
    const ids = {
      theirs: (await withTwo()).passkey.id,
      removed: removed.id,
      none: randomUUID(),
      'no id': "1' or true --",
    };
    const id = ids[which as keyof typeof ids];
    await expectRefused(() => rename(browser, id, { name: 'Mine' }), { code: 'not_found' });
    await expectRefused(() => remove(browser, id), { code: 'not_found' });
  });
});

describe('removing', () => {
  test('D7, D10: the passkey works no more, its sessions end, its row and the record stay, the owner is told', async () => {
    const { browser, authenticator, user, passkey, second, email } = await withTwo();
    const elsewhere = new Browser();
    await seedSession(elsewhere, user.id, second.id);

    const reply = await remove(browser, second.id);
    expect(reply).toMatchObject({ status: 204, json: undefined });
    expect(await rowOf(second.id)).toEqual({ ...second, removedAt: expect.any(Date) });
    expect(await db.select().from(sessions)).toMatchObject([{ passkeyId: passkey.id }]);
    expectProblem(await ask(elsewhere, 'step-up'), 'session_required');
    expect(browser.cookies.has(cookieName('session'))).toBe(true);
    expect(await eventsOf(reply.headers.get('x-request-id')!)).toMatchObject([
      { type: 'passkey.delete', outcome: 'success', passkeyId: second.id, subjectId: user.id },
      { type: 'session.revoked', reason: 'passkey_removed', passkeyId: null },
    ]);
    expect(readOutbox()).toContainEqual(
      expect.objectContaining({ to: email, subject: 'A passkey was removed from your account' }),
    );

    authenticator.passkeys.pop();
    expect((await signIn(new Browser(), authenticator)).status).toBe(200);
  });

  test('D7: an answer of the removed passkey fails, though its challenge was given before', async () => {
    const { browser, authenticator, second } = await withTwo();
    const device = new Browser();
    const { challengeId, options } = await start(device, 'authenticate');
    expect((await remove(browser, second.id)).status).toBe(204);
    const credential = authenticator.signIn(options);
    const events = [{ type: 'auth.passkey.failure', reason: 'removed_passkey', passkeyId: second.id }];
    await expectRefused(() => finish(device, 'authenticate', { challengeId, credential }), {
      code: 'authentication_failed',
      events,
    });
  });

  test('the passkey of this very session: the browser is signed out', async () => {
    const { browser, passkey } = await withTwo();
    expect((await remove(browser, passkey.id)).status).toBe(204);
    expect(browser.cookies.has(cookieName('session'))).toBe(false);
    expect(await db.$count(sessions)).toBe(0);
  });

  test('D7: needs a recent authentication', async () => {
    const { browser, userId, second } = await withTwo();
    await db
      .update(sessions)
      .set({ authTime: new Date(Date.now() - 11 * 60_000) })
      .where(eq(sessions.userId, userId));
    const events = [{ type: 'authz.denied', reason: 'step_up_required' }];
    await expectRefused(() => remove(browser, second.id), { code: 'step_up_required', events });
    await expectRefused(() => remove(new Browser(), second.id), { code: 'session_required' });
  });

  test('D8: the last one stays, and that is recorded', async () => {
    const { browser, authenticator, user, passkey, userId } = await newPerson();
    await seedPasskey(authenticator, user, { removedAt: new Date() });
    const before = await snapshot();
    const events = [{ type: 'passkey.delete-blocked-last', reason: null, passkeyId: passkey.id, subjectId: userId }];
    await expectRefused(() => remove(browser, passkey.id), { code: 'last_way_in', events });
    expect(await snapshot()).toEqual(before);
  });

  test('B17, D10: a removed passkey’s id can never be registered again, by nobody', async () => {
    const { browser, authenticator, second } = await withTwo();
    await remove(browser, second.id);
    const { challengeId, options } = await start(browser, 'register');
    const credential = authenticator.register(options, { id: Buffer.from(second.credentialId, 'base64url') });
    const events = [{ type: 'passkey.register.failure', reason: 'credential_exists' }];
    await expectRefused(() => finish(browser, 'register', { challengeId, credential }), {
      code: 'credential_exists',
      events,
    });
  });
});
