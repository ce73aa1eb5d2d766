import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { challenges, passkeys, sessions, users } from '@/db/schema';
import { Browser } from '@/tests/helpers/browser';
import { ask, expectRefused, start } from '@/tests/helpers/ceremonies';
import { onlyRow } from '@/tests/helpers/database';
import { newcomer, seedPasskey, seedPerson } from '@/tests/helpers/people';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);

test('A5 to A15, A20 to A23: everything that a device is told', async () => {
  const { browser, user, passkey } = await seedPerson({ transports: ['usb'] });
  const { status, headers, json } = await ask(browser, 'register');
  expect(status).toBe(200);
  expect(json).toEqual({
    challengeId: expect.any(String),
    options: {
      rp: { id: 'localhost', name: 'Latchkey' },
      user: { id: Buffer.from(user.handle).toString('base64url'), name: user.email, displayName: user.name },
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ alg, type: 'public-key' })),
      timeout: 300_000,
      attestation: 'none',
      excludeCredentials: [{ id: passkey.credentialId, type: 'public-key', transports: ['usb'] }],
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'preferred' },
      extensions: { credProps: true },
      hints: [],
    },
  });
  expect(headers.get('cache-control')).toBe('no-store');
});

test('A2: the challenge remembers whose it is and what it demands', async () => {
  const { browser, userId } = await seedPerson();
  const { challengeId } = await start(browser, 'register');
  const session = await onlyRow(db.select().from(sessions).where(eq(sessions.userId, userId)));
  const challenge = await onlyRow(db.select().from(challenges).where(eq(challenges.id, challengeId)));
  expect(challenge).toMatchObject({
    purpose: 'register',
    userId,
    sessionId: session.id,
    enrolmentId: null,
    userVerification: false,
    conditional: false,
  });
});

test('A7: a user handle is 64 random bytes, the same in every ceremony, and nobody else’s', async () => {
  const handles = [];
  for (const { browser } of [await seedPerson(), await seedPerson()]) {
    const [first, again] = [(await start(browser, 'register')).options, (await start(browser, 'register')).options] as {
      user: { id: string };
    }[];
    expect(again!.user.id).toBe(first!.user.id);
    handles.push(Buffer.from(first!.user.id, 'base64url'));
  }
  expect(handles.map(({ length }) => length)).toEqual([64, 64]);
  expect(handles[0]).not.toEqual(handles[1]);
});

test('A13: all the person’s passkeys are excluded, removed ones and other people’s are not', async () => {
  const { browser, authenticator, user, passkey } = await seedPerson();
  const second = await seedPasskey(authenticator, user);
  await seedPasskey(authenticator, user, { removedAt: new Date() });
  await seedPerson();
  const { excludeCredentials } = (await start(browser, 'register')).options as { excludeCredentials: { id: string }[] };
  expect(excludeCredentials.map(({ id }) => id)).toEqual([passkey.credentialId, second.credentialId]);
});

test('A7: somebody who enrols gets the handle that the account will have', async () => {
  const { browser, authenticator, email } = await newcomer();
  const { options } = await start(browser, 'register');
  const { user } = options as { user: { id: string; name: string } };
  expect(user.name).toBe(email);
  authenticator.register(options);
  expect(await db.$count(users, eq(users.email, email))).toBe(0);
});

describe('who may begin a registration', () => {
  test('nobody without a session or an open link', async () => {
    await expectRefused(() => ask(new Browser(), 'register'), { code: 'session_required' });
  });

  test.each([
    ['B23: a session that was proven eleven minutes ago', { authTime: ago(11) }, 403],
    ['B23: one that was proven nine minutes ago', { authTime: ago(9) }, 200],
    ['B23: one that was stepped up nine minutes ago', { authTime: ago(60), stepUpAt: ago(9) }, 200],
    ['B23: one that was stepped up eleven minutes ago', { authTime: ago(60), stepUpAt: ago(11) }, 403],
  ])('%s', async (_what, times, status) => {
    const { browser, userId } = await seedPerson();
    await db.update(sessions).set(times).where(eq(sessions.userId, userId));
    expect((await ask(browser, 'register')).status).toBe(status);
    expect(await db.$count(challenges)).toBe(status === 200 ? 1 : 0);
  });

  test('D3: nobody with 50 passkeys', async () => {
    const { browser, authenticator, user } = await seedPerson();
    for (let number = 2; number <= 49; number += 1) await seedPasskey(authenticator, user);
    expect((await ask(browser, 'register')).status).toBe(200);
    await seedPasskey(authenticator, user);
    await expectRefused(() => ask(browser, 'register'), { code: 'too_many_passkeys' });
    await db
      .update(passkeys)
      .set({ removedAt: new Date() })
      .where(eq(passkeys.credentialId, authenticator.passkeys[3]!.id.toString('base64url')));
    expect((await ask(browser, 'register')).status).toBe(200);
  });
});

describe('A19: silently, only right after a sign-in with a password', () => {
  test.each([
    ['a passkey', ['hwk', 'user', 'mfa'], 0, 403],
    ['a password', ['pwd'], 0, 200],
    ['a password and a code', ['pwd', 'otp', 'mfa'], 4, 200],
    ['a password, six minutes ago', ['pwd'], 6, 403],
  ])('%s', async (_what, amr, minutes, status) => {
    const { browser, userId } = await seedPerson();
    await db
      .update(sessions)
      .set({ amr, authTime: ago(minutes) })
      .where(eq(sessions.userId, userId));
    const reply = await ask(browser, 'register', { conditional: true });
    expect(reply.status).toBe(status);
    if (status === 200) expect((await onlyRow(db.select().from(challenges))).conditional).toBe(true);
    else expect(reply.json.error.code).toBe('forbidden');
  });

  test('never from a link', async () => {
    const { browser } = await newcomer();
    await expectRefused(() => ask(browser, 'register', { conditional: true }), { code: 'forbidden' });
  });

  test('a word that is neither true nor false is refused', async () => {
    const { browser } = await seedPerson();
    await expectRefused(() => ask(browser, 'register', { conditional: 'yes' }), { code: 'invalid_request' });
  });
});
