import { describe, expect, test } from 'vitest';
import * as list from '@/app/api/passkeys/route';
import { db } from '@/db';
import { passwords, pendingSignIns, sessions, users } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { signInWithPassword } from '@/lib/sign-in';
import { Browser } from '@/tests/helpers/browser';
import { eventsOf } from '@/tests/helpers/database';
import { enterCode, enterPassword, givePassword, giveTotp, PASSWORD } from '@/tests/helpers/factors';
import { seedPerson, somebody } from '@/tests/helpers/people';

const isSignedIn = async (browser: Browser) => (await browser.send(list.GET, { method: 'GET' })).status === 200;

describe('a password', () => {
  test('alone is one factor and signs in, and a passkey is offered', async () => {
    const person = await seedPerson();
    await givePassword(person);
    const browser = new Browser();
    const answer = await enterPassword(browser, person.email.toUpperCase(), PASSWORD, '/account/passkeys');

    expect(answer).toMatchObject({
      status: 200,
      json: { status: 'signed-in', redirectTo: '/add-passkey?return_to=%2Faccount%2Fpasskeys' },
    });
    expect(await isSignedIn(browser)).toBe(true);
    const rows = await db.select().from(sessions);
    expect(rows).toContainEqual(expect.objectContaining({ amr: ['pwd'], acr: 'aal1', passkeyId: null }));
  });

  test('with two-step sign-in opens nothing but the second factor (F10, F11)', async () => {
    const person = await seedPerson();
    await givePassword(person);
    const { code } = await giveTotp(person);
    const browser = new Browser();
    expect(await enterPassword(browser, person.email)).toMatchObject({
      json: { status: 'second-factor-needed', redirectTo: '/two-factor' },
    });
    expect(browser.cookies.has(cookieName('session'))).toBe(false);
    expect(await isSignedIn(browser)).toBe(false);

    browser.cookies.set(cookieName('session'), browser.cookies.get(cookieName('second-factor'))!);
    expect(await isSignedIn(browser), 'the waiting sign-in passed for a session').toBe(false);
    browser.cookies.delete(cookieName('session'));

    expect(await enterCode(browser, code())).toMatchObject({ status: 200, json: { status: 'signed-in' } });
    expect(await isSignedIn(browser)).toBe(true);
    expect(await db.select().from(sessions)).toContainEqual(
      expect.objectContaining({ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' }),
    );
  });

  test('I14: with two-step sign-in keeps a place to return to that is safe, whatever was sent', async () => {
    const person = await seedPerson();
    await givePassword(person);
    await giveTotp(person);
    for (const [returnTo, stored] of [
      ['/a\0b', '/a%00b'],
      ['//evil.example', '/account'],
      ['/account/passkeys', '/account/passkeys'],
      [undefined, '/account'],
    ]) {
      const at = { browser: crypto.randomUUID(), returnTo };
      const outcome = await signInWithPassword({ email: person.email, password: PASSWORD, ...at }, somebody);
      expect(outcome.ok).toBe(true);
      expect(await db.delete(pendingSignIns).returning()).toMatchObject([{ returnTo: stored }]);
    }
  });

  test('of a disabled user is refused after it was checked, in the words of a wrong one (C13)', async () => {
    const person = await seedPerson();
    await givePassword(person);
    await db.update(users).set({ disabledAt: new Date() });
    const right = await enterPassword(new Browser(), person.email);
    const wrong = await enterPassword(new Browser(), person.email, 'something else entirely');
    expect(right).toMatchObject({
      status: 401,
      json: { error: { code: 'authentication_failed', message: wrong.json.error.message } },
    });
    expect((await eventsOf(right.json.error.requestId))[0]).toMatchObject({
      type: 'auth.password.failure',
      reason: 'user_disabled',
    });
    expect(await db.select().from(pendingSignIns)).toEqual([]);
  });

  test('is compared as it was typed, after one normalisation (F3)', async () => {
    const person = await seedPerson();
    await givePassword(person);
    for (const near of [
      `${PASSWORD} `,
      ` ${PASSWORD}`,
      PASSWORD.toUpperCase(),
      PASSWORD.slice(0, -1),
      `${PASSWORD}\u0000`,
    ]) {
      expect((await enterPassword(new Browser(), person.email, near)).status, JSON.stringify(near)).not.toBe(200);
    }
  });

  test('with the parameters of yesterday is hashed anew when it is next used (F4)', async () => {
    const person = await seedPerson();
    const { hash } = await import('@node-rs/argon2');
    const old = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await db.insert(passwords).values({ userId: person.userId, hash: old });
    expect((await enterPassword(new Browser(), person.email)).status).toBe(200);
    const [row] = await db.select().from(passwords);
    expect(row!.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await enterPassword(new Browser(), person.email)).status).toBe(200);
  });
});

describe('guessing (J1, J3, J4)', () => {
  test('has to wait after five failures, also with the right password, but a passkey never waits', async () => {
    const person = await seedPerson();
    await givePassword(person);
    for (let failure = 0; failure < 5; failure += 1) {
      expect((await enterPassword(new Browser(), person.email, 'not the right password')).status).toBe(401);
    }
    const refused = await enterPassword(new Browser(), person.email);
    expect(refused).toMatchObject({ status: 429, json: { error: { code: 'too_many_requests' } } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

    const { signIn } = await import('@/tests/helpers/people');
    expect((await signIn(new Browser(), person.authenticator)).status).toBe(200);
  });

  test('is answered for an unknown address as for a known one, step by step', async () => {
    const person = await seedPerson();
    await givePassword(person);
    const tries = async (email: string) => {
      const answers: unknown[] = [];
      for (let attempt = 0; attempt < 7; attempt += 1) {
        const { status, json } = await enterPassword(new Browser(), email, 'not the right password');
        answers.push([status, json.error.code, json.error.message]);
      }
      return answers;
    };
    expect(await tries('nobody@example.com')).toEqual(await tries(person.email));
  });

  test('of many at once counts every one of them', async () => {
    const person = await seedPerson();
    await givePassword(person);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => enterPassword(new Browser(), person.email, `guess number ${n} of twenty`)),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(6);
  });
});
