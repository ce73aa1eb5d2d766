import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { db } from '@/db';
import { challenges, sessions } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { hashToken, randomToken } from '@/lib/crypto';
import { signOut } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { ask, type Ceremony, expectProblem, expectRefused, failureOf, finish, start } from '@/tests/helpers/ceremonies';
import { isChallengeOpen, onlyRow } from '@/tests/helpers/database';
import { newcomer, type Person, seedPerson, seedSession, somebody } from '@/tests/helpers/people';

afterEach(() => {
  vi.useRealTimers();
});

const ceremonies: Ceremony[] = ['register', 'authenticate', 'step-up'];
const answerTo = (ceremony: Ceremony, { authenticator }: Pick<Person, 'authenticator'>, options: never) =>
  ceremony === 'register' ? authenticator.register(options) : authenticator.signIn(options);

/** How each ceremony says that its challenge cannot be answered. */
const spent = (ceremony: Ceremony) =>
  ceremony === 'register'
    ? ({ code: 'challenge_spent', events: [{ type: 'passkey.register.failure', reason: 'challenge_spent' }] } as const)
    : ({ code: 'authentication_failed', events: [{ type: failureOf(ceremony), reason: 'challenge_spent' }] } as const);

async function begun(ceremony: Ceremony) {
  const person = await seedPerson();
  const { challengeId, options } = await start(person.browser, ceremony);
  const body = { challengeId, credential: answerTo(ceremony, person, options) };
  return { ...person, body, challengeId, success: ceremony === 'register' ? 201 : 200 };
}

describe.each(ceremonies)('a challenge to %s', (ceremony) => {
  test('A1, A2: has 32 bytes, is kept here with its browser’s hash, and is new every time', async () => {
    const { browser } = await seedPerson();
    const { challengeId, options } = await start(browser, ceremony);
    const { challenge } = options as { challenge: string };
    expect(Buffer.from(challenge, 'base64url')).toHaveLength(32);
    const row = await onlyRow(db.select().from(challenges).where(eq(challenges.id, challengeId)));
    const browserHash = hashToken(browser.cookies.get(cookieName('browser'))!);
    expect(row).toMatchObject({ value: challenge, browserHash, purpose: ceremony });
    const again: { challenge: string } = (await start(browser, ceremony)).options;
    expect(again.challenge).not.toBe(challenge);
  });

  test('A4, A5: lives exactly as long as its timeout says', async () => {
    vi.setSystemTime(new Date());
    const { browser } = await seedPerson();
    const { challengeId, options } = await start(browser, ceremony);
    const row = await onlyRow(db.select().from(challenges).where(eq(challenges.id, challengeId)));
    expect((options as { timeout: number }).timeout).toBe(300_000);
    expect(row.expiresAt.getTime()).toBe(Date.now() + 300_000);
  });

  test('A4: can be answered in its last second, and not after it', async () => {
    const [inTime, late] = [await begun(ceremony), await begun(ceremony)];
    const now = Date.now();
    vi.setSystemTime(now + (config.webauthn.challengeTimeout - 10) * 1000);
    expect((await finish(inTime.browser, ceremony, inTime.body)).status).toBe(inTime.success);
    vi.setSystemTime(now + (config.webauthn.challengeTimeout + 1) * 1000);
    await expectRefused(() => finish(late.browser, ceremony, late.body), spent(ceremony));
  });

  test('A3: is answered once', async () => {
    const { browser, body, success } = await begun(ceremony);
    expect((await finish(browser, ceremony, body)).status).toBe(success);
    await expectRefused(() => finish(browser, ceremony, body), spent(ceremony));
  });

  test('A3: is spent by a failure too, so that the right answer comes too late', async () => {
    const { browser, body, challengeId } = await begun(ceremony);
    const clientDataJSON = Buffer.from('{}').toString('base64url');
    const wrong = { ...body.credential, response: { ...body.credential.response, clientDataJSON } };
    expect((await finish(browser, ceremony, { challengeId, credential: wrong })).status).toBeGreaterThanOrEqual(400);
    await expectRefused(() => finish(browser, ceremony, body), spent(ceremony));
  });

  test('A2: another browser cannot answer it, nor spend it', async () => {
    const { browser, body, challengeId, success } = await begun(ceremony);
    const thief = browser.copy();
    thief.cookies.set(cookieName('browser'), randomToken());
    await expectRefused(() => finish(thief, ceremony, body), { ...spent(ceremony), kept: challengeId });
    thief.cookies.delete(cookieName('browser'));
    await expectRefused(() => finish(thief, ceremony, body), { ...spent(ceremony), kept: challengeId });
    expect((await finish(browser, ceremony, body)).status).toBe(success);
  });

  test.each(ceremonies.filter((other) => other !== ceremony))(
    'A2: cannot be used to %s, nor be spent by it',
    async (other) => {
      const { browser, authenticator, challengeId } = await begun(ceremony);
      const { options } = await start(browser, other);
      const body = { challengeId, credential: answerTo(other, { authenticator }, options) };
      await expectRefused(() => finish(browser, other, body), { ...spent(other), kept: challengeId });
    },
  );

  test('A2: one that never was is refused in the same words', async () => {
    const { browser, body } = await begun(ceremony);
    await expectRefused(() => finish(browser, ceremony, { ...body, challengeId: randomUUID() }), spent(ceremony));
  });

  test('two tabs of a browser never break each other', async () => {
    const person = await seedPerson();
    const tabs = [await start(person.browser, ceremony), await start(person.browser, ceremony)];
    for (const { challengeId, options } of tabs) {
      const body = { challengeId, credential: answerTo(ceremony, person, options) };
      expect((await finish(person.browser, ceremony, body)).status).toBe(ceremony === 'register' ? 201 : 200);
    }
  });
});

describe.each(['register', 'step-up'] as const)('a challenge to %s belongs to its session', (ceremony) => {
  test('signing out ends it', async () => {
    const { browser, body, challengeId, userId, passkey } = await begun(ceremony);
    await signOut(browser.cookies.get(cookieName('session')), somebody);
    expect(await isChallengeOpen(challengeId)).toBe(false);
    await expectRefused(() => finish(browser, ceremony, body), { code: 'session_required' });

    const token = browser.cookies.get(cookieName('browser'))!;
    await seedSession(browser, userId, passkey.id);
    browser.cookies.set(cookieName('browser'), token);
    await expectRefused(() => finish(browser, ceremony, body), spent(ceremony));
  });

  test('another session of the same user and browser cannot answer it, and spends it', async () => {
    const { browser, body, challengeId, userId, passkey } = await begun(ceremony);
    const other = browser.copy();
    await seedSession(other, userId, passkey.id);
    other.cookies.set(cookieName('browser'), browser.cookies.get(cookieName('browser'))!);
    const refused =
      ceremony === 'register'
        ? spent(ceremony)
        : { ...spent(ceremony), events: [{ type: failureOf(ceremony), reason: 'other_session' }] };
    await expectRefused(() => finish(other, ceremony, body), { ...refused, burnt: challengeId });
  });

  test('an ended session cannot begin one', async () => {
    const { browser, userId } = await seedPerson();
    await db
      .update(sessions)
      .set({ endsAt: new Date(0) })
      .where(eq(sessions.userId, userId));
    expectProblem(await ask(browser, ceremony), 'session_required');
  });
});

test('a challenge to enrol belongs to its link: another opened link in the same browser cannot answer it', async () => {
  const [mine, theirs] = [await newcomer(), await newcomer()];
  const { challengeId, options } = await start(mine.browser, 'register');
  const body = { challengeId, credential: mine.authenticator.register(options) };
  mine.browser.cookies.set(cookieName('enrolment'), theirs.browser.cookies.get(cookieName('enrolment'))!);
  await expectRefused(() => finish(mine.browser, 'register', body), { ...spent('register'), burnt: challengeId });
});

test('a browser without a cookie of ours gets one with its first challenge, and keeps it', async () => {
  const browser = new Browser();
  await start(browser, 'authenticate');
  const token = browser.cookies.get(cookieName('browser'));
  expect(token).toMatch(/^[\w-]{43}$/);
  await start(browser, 'authenticate');
  expect(browser.cookies.get(cookieName('browser'))).toBe(token);
});
