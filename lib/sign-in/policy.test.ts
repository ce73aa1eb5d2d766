import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { passkeys, sessions } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { hashToken } from '@/lib/crypto';
import { Browser } from '@/tests/helpers/browser';
import { onlyRow } from '@/tests/helpers/database';
import { addPasskey, newPerson, seedPerson, signIn } from '@/tests/helpers/people';

const sessionOf = (browser: Browser) =>
  onlyRow(
    db
      .select()
      .from(sessions)
      .where(eq(sessions.tokenHash, hashToken(browser.cookies.get(cookieName('session'))!))),
  );
const rowOf = ({ id }: { id: string }) => onlyRow(db.select().from(passkeys).where(eq(passkeys.id, id)));

describe('C15: what a passkey answer proves is what the session says', () => {
  test.each([
    [
      'verified now and at its making, bound to the device',
      { uv: true, uvInitialized: true, be: false },
      ['hwk', 'user', 'mfa'],
      'phrh',
    ],
    [
      'verified now and at its making, synced',
      { uv: true, uvInitialized: true, be: true },
      ['swk', 'user', 'mfa'],
      'phr',
    ],
    ['not verified now', { uv: false, uvInitialized: true, be: false }, ['hwk', 'user'], 'phrh'],
    ['verified now, but never before', { uv: true, uvInitialized: false, be: true }, ['swk', 'user'], 'phr'],
    ['verified never', { uv: false, uvInitialized: false, be: false }, ['hwk', 'user'], 'phrh'],
  ])('%s', async (_what, { uv, uvInitialized, be }, amr, acr) => {
    const { authenticator, passkey } = await seedPerson({ uvInitialized, backupEligible: be });
    const browser = new Browser();
    expect((await signIn(browser, authenticator, { flags: { uv, be } })).status).toBe(200);
    expect(await sessionOf(browser)).toMatchObject({ amr, acr, passkeyId: passkey.id });
  });
});

describe('C11: uv_initialized', () => {
  test.each([true, false])('is what the registration said: %s', async (uv) => {
    const { browser, authenticator } = await seedPerson();
    const { passkey } = await addPasskey(browser, authenticator, { flags: { uv } });
    expect((await rowOf(passkey)).uvInitialized).toBe(uv);
  });

  test('never becomes true by the passkey alone, however often it verifies', async () => {
    const { browser, authenticator, passkey } = await seedPerson({ uvInitialized: false });
    for (let time = 0; time < 2; time += 1) expect((await signIn(browser, authenticator)).status).toBe(200);
    expect(await sessionOf(browser)).toMatchObject({ amr: ['hwk', 'user'] });
    expect((await rowOf(passkey)).uvInitialized).toBe(false);
  });

  test('never becomes false again', async () => {
    const { browser, authenticator, passkey } = await seedPerson({ uvInitialized: true });
    await signIn(browser, authenticator, { flags: { uv: false } });
    expect((await rowOf(passkey)).uvInitialized).toBe(true);
    expect(await sessionOf(browser)).toMatchObject({ amr: ['hwk', 'user'] });
  });
});

test.each([
  [true, ['hwk', 'user', 'mfa']],
  [false, ['hwk', 'user']],
])('a first passkey, verified: %s, makes a session that says so', async (uv, amr) => {
  const { browser } = await newPerson({ flags: { uv } });
  expect(await sessionOf(browser)).toMatchObject({ amr });
});
