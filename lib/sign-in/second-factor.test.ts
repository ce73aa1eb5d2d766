import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { db } from '@/db';
import { auditEvents, passkeys, pendingSignIns, recoveryCodes, sessions, settings, totpSecrets } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { readOutbox } from '@/lib/mail';
import { Browser } from '@/tests/helpers/browser';
import { eventsOf } from '@/tests/helpers/database';
import { enterCode, enterPassword, givePassword, giveTotp } from '@/tests/helpers/factors';
import { seedPerson, signIn } from '@/tests/helpers/people';

afterEach(() => {
  vi.useRealTimers();
});

async function pendingSignIn() {
  const person = await seedPerson();
  await givePassword(person);
  const totp = await giveTotp(person);
  const browser = new Browser();
  await enterPassword(browser, person.email);
  return { person, browser, ...totp };
}

describe('a code of the authenticator app', () => {
  test('works once: not again, and once of twenty at the same time (F7)', async () => {
    const { person, browser, code } = await pendingSignIn();
    const used = code();
    expect((await enterCode(browser, used)).status).toBe(200);
    await enterPassword(browser, person.email);
    expect((await enterCode(browser, used)).status).toBe(401);

    const fresh = await pendingSignIn();
    const same = fresh.code();
    const answers = await Promise.all(Array.from({ length: 20 }, () => enterCode(fresh.browser, same)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await db.$count(sessions, eq(sessions.userId, fresh.person.userId))).toBe(2);
  });

  test('is taken one step early or late, and no further (F7)', async () => {
    vi.setSystemTime(Math.floor(Date.now() / 30_000) * 30_000 + 15_000);
    for (const [steps, status] of [
      [-1, 200],
      [1, 200],
      [-2, 401],
      [2, 401],
    ] as const) {
      const { browser, codeAt } = await pendingSignIn();
      expect((await enterCode(browser, codeAt(Date.now() + steps * 30_000))).status, `${steps} steps`).toBe(status);
    }
  });

  test.each(['12345', '1234567', '12a456', 'k7p2-x9qa3mt', ''])('of the wrong shape, %j, is no guess', async (text) => {
    const { person, browser, code } = await pendingSignIn();
    const events = () => db.$count(auditEvents, eq(auditEvents.subjectId, person.userId));
    const before = await events();
    for (let time = 0; time < 8; time += 1) expect((await enterCode(browser, text)).status).toBeGreaterThanOrEqual(400);
    expect(await events()).toBe(before);
    expect((await enterCode(browser, code())).status).toBe(200);
  });

  test('counts for nothing before it is confirmed', async () => {
    const person = await seedPerson();
    await givePassword(person);
    await giveTotp(person);
    await db.update(totpSecrets).set({ confirmedAt: null });
    expect(await enterPassword(new Browser(), person.email)).toMatchObject({ json: { status: 'signed-in' } });
  });

  test('waits in its browser only, for ten minutes only (F10)', async () => {
    const { browser, code } = await pendingSignIn();
    const thief = new Browser();
    thief.cookies.set(cookieName('second-factor'), browser.cookies.get(cookieName('second-factor'))!);
    expect(await enterCode(thief, code())).toMatchObject({ status: 409, json: { error: { code: 'challenge_spent' } } });
    await db.update(pendingSignIns).set({ expiresAt: new Date(Date.now() - 1000) });
    expect((await enterCode(browser, code())).status).toBe(409);
    expect((await enterCode(new Browser(), code())).status).toBe(409);
  });

  test('is guessed no faster than a password: the wait comes after five, for codes of both kinds together', async () => {
    const { browser, code, recoveryCodes: codes } = await pendingSignIn();
    for (const wrong of ['000000', '111111', '0000-0000000-0000000', '222222', '333333']) {
      expect([401]).toContain((await enterCode(browser, wrong)).status);
    }
    expect((await enterCode(browser, code())).status).toBe(429);
    expect((await enterCode(browser, codes[0]!)).status).toBe(429);
    const waited = (await eventsOf()).filter(({ reason }) => reason === 'has_to_wait').map(({ type }) => type);
    expect(waited).toEqual(['auth.recovery-code.failure', 'auth.totp.failure']);
  });
});

describe('a recovery code', () => {
  test('replaces the authenticator app once, tells the owner, and is used once of twenty at the same time (F8, F9)', async () => {
    const { person, browser, recoveryCodes: codes } = await pendingSignIn();
    const typed = codes[0]!.toUpperCase().replaceAll('-', ' ');
    expect(await enterCode(browser, typed)).toMatchObject({ status: 200, json: { status: 'signed-in' } });
    await enterPassword(browser, person.email);
    expect((await enterCode(browser, codes[0]!)).status).toBe(401);
    expect(
      readOutbox()!.filter(({ to, subject }) => to === person.email && /recovery code/.test(subject)),
    ).toHaveLength(1);

    const fresh = await pendingSignIn();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => enterCode(fresh.browser, fresh.recoveryCodes[3]!)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await db.$count(recoveryCodes, eq(recoveryCodes.userId, fresh.person.userId))).toBe(10);
  });

  test('of somebody else, or with one character changed, is refused', async () => {
    const [mine, other] = [await pendingSignIn(), await pendingSignIn()];
    expect((await enterCode(mine.browser, other.recoveryCodes[0]!)).status).toBe(401);
    const [selector, ...characters] = mine.recoveryCodes[1]!.split('');
    expect((await enterCode(mine.browser, [selector === '0' ? '1' : '0', ...characters].join(''))).status).toBe(401);
  });

  test('stands in the table only as a hash, and the authenticator’s secret only encrypted', async () => {
    const { person, recoveryCodes: codes } = await pendingSignIn();
    const stored = JSON.stringify(await db.select().from(recoveryCodes));
    for (const code of codes) expect(stored).not.toContain(code.replaceAll('-', '').slice(4));
    const [secret] = await db.select().from(totpSecrets).where(eq(totpSecrets.userId, person.userId));
    expect(secret!.secret.length).toBe(12 + 20 + 16);
  });
});

describe('a passkey where two-step sign-in is on', () => {
  test('with user verification is two factors, and nothing more is asked', async () => {
    const person = await seedPerson({ uvInitialized: true });
    await giveTotp(person);
    expect(await signIn(new Browser(), person.authenticator)).toMatchObject({ json: { status: 'signed-in' } });
  });

  test('without user verification is one, and the code is asked (F11)', async () => {
    const person = await seedPerson({ uvInitialized: true });
    const { code } = await giveTotp(person);
    const browser = new Browser();
    expect(await signIn(browser, person.authenticator, { flags: { uv: false } })).toMatchObject({
      json: { status: 'second-factor-needed' },
    });
    expect(browser.cookies.has(cookieName('session'))).toBe(false);
    expect((await enterCode(browser, code())).status).toBe(200);
  });

  test('that was never verified becomes two factors once a code has vouched for it (C11)', async () => {
    const person = await seedPerson({ uvInitialized: false });
    const { code } = await giveTotp(person);
    const browser = new Browser();
    expect(await signIn(browser, person.authenticator)).toMatchObject({ json: { status: 'second-factor-needed' } });
    const uv = async () => (await db.select().from(passkeys))[0]!.uvInitialized;
    expect(await uv()).toBe(false);
    expect((await enterCode(browser, code())).status).toBe(200);
    expect(await uv()).toBe(true);
    expect(await signIn(new Browser(), person.authenticator)).toMatchObject({ json: { status: 'signed-in' } });
  });

  test('is one factor where an administrator decided so', async () => {
    const person = await seedPerson({ uvInitialized: true });
    await giveTotp(person);
    await db.insert(settings).values({ passkeyIsTwoFactors: false });
    expect(await signIn(new Browser(), person.authenticator)).toMatchObject({
      json: { status: 'second-factor-needed' },
    });
  });

  test('that was removed while it waited is no first factor any more', async () => {
    const person = await seedPerson({ uvInitialized: true });
    const { code } = await giveTotp(person);
    const browser = new Browser();
    await signIn(browser, person.authenticator, { flags: { uv: false } });
    await db.update(passkeys).set({ removedAt: new Date() });
    expect((await enterCode(browser, code())).status).toBe(409);
  });
});
