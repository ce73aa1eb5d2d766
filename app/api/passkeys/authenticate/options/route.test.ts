import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { challenges, passkeys, users } from '@/db/schema';
import { Browser } from '@/tests/helpers/browser';
import { ask, expectProblem, expectRefused, finish, start } from '@/tests/helpers/ceremonies';
import { onlyRow } from '@/tests/helpers/database';
import { newUser, seedPasskey, seedPerson } from '@/tests/helpers/people';

type Descriptor = { id: string; type: string; transports: string[] };
type Options = {
  rpId: string;
  challenge: string;
  timeout: number;
  userVerification: string;
  allowCredentials: Descriptor[];
};

const optionsFor = async (username?: string) => {
  const { options } = await start(new Browser(), 'authenticate', username === undefined ? {} : { username });
  return options as Options;
};

test('A5, A14, A16, A20, A21, A22: what anybody gets who says nothing about themselves', async () => {
  const { status, headers, json } = await ask(new Browser(), 'authenticate');
  expect(status).toBe(200);
  expect(json).toEqual({
    challengeId: expect.any(String),
    expiresAt: expect.any(String),
    options: {
      rpId: 'localhost',
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      timeout: 300_000,
      userVerification: 'preferred',
      allowCredentials: [],
    },
  });
  expect(headers.get('cache-control')).toBe('no-store');
  const challenge = await onlyRow(db.select().from(challenges).where(eq(challenges.id, json.challengeId)));
  expect(challenge).toMatchObject({
    discoverable: true,
    userVerification: false,
    conditional: false,
    userId: null,
    sessionId: null,
  });
});

test('A6: the RP id is configured, whatever host was asked', async () => {
  const { json } = await ask(
    new Browser(),
    'authenticate',
    {},
    { headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } },
  );
  expect(json.options.rpId).toBe('localhost');
});

test('L3: a username names that person’s passkeys, oldest first, and none that was removed', async () => {
  const { email, authenticator, user, passkey } = await seedPerson({ transports: ['usb', 'nfc'] });
  const second = await seedPasskey(authenticator, user, { transports: [] });
  await seedPasskey(authenticator, user, { removedAt: new Date() });
  await seedPerson();
  expect((await optionsFor(email)).allowCredentials).toEqual([
    { id: passkey.credentialId, type: 'public-key', transports: ['usb', 'nfc'] },
    { id: second.credentialId, type: 'public-key', transports: [] },
  ]);
  expect(await optionsFor(` ${email.toUpperCase()} `)).toMatchObject({
    allowCredentials: [{ id: passkey.credentialId }, { id: second.credentialId }],
  });
});

test('A17: somebody unknown gets passkeys that stay the same, of the look of real ones', async () => {
  const [first, again] = [await optionsFor('nobody@example.com'), await optionsFor(' Nobody@Example.com')];
  expect(again.allowCredentials).toEqual(first.allowCredentials);
  expect(again.challenge).not.toBe(first.challenge);
  for (const { id, type, transports } of first.allowCredentials) {
    expect(type).toBe('public-key');
    expect([16, 20, 32, 64]).toContain(Buffer.from(id, 'base64url').length);
    expect(transports.length).toBeGreaterThan(0);
  }
});

test('A17: many unknown people do not all look the same', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `nobody${index}@example.com`);
  const decoys = [];
  for (const name of names) decoys.push((await optionsFor(name)).allowCredentials);
  const ids = decoys.flat().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids.map((id) => Buffer.from(id, 'base64url').length))).toEqual(new Set([16, 20, 32, 64]));
  expect(new Set(decoys.map(({ length }) => length))).toEqual(new Set([1, 2]));
});

test('A17: a person without a passkey looks like nobody, and a name that is no address too', async () => {
  await newUser('Bare', 'bare@example.com');
  const { allowCredentials: before } = await optionsFor('later@example.com');
  await newUser('Later', 'later@example.com');
  expect((await optionsFor('later@example.com')).allowCredentials).toEqual(before);
  expect((await optionsFor('bare@example.com')).allowCredentials.length).toBeGreaterThan(0);
  expect((await optionsFor('no address')).allowCredentials.length).toBeGreaterThan(0);
});

test('A17: a disabled person looks like everybody else', async () => {
  const { email, userId, passkey } = await seedPerson();
  await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId));
  expect((await optionsFor(email)).allowCredentials).toMatchObject([{ id: passkey.credentialId }]);
});

test('C12: an answer with an invented passkey is refused exactly as a wrong signature on a real one', async () => {
  const { email, authenticator, browser } = await seedPerson();
  const replies = [];
  for (const username of ['nobody@example.com', email]) {
    const { challengeId, options } = await start(browser, 'authenticate', { username });
    const [{ id }] = (options as Options).allowCredentials as [Descriptor];
    const credential = authenticator.signIn(options, {
      id: Buffer.from(id, 'base64url'),
      signature: () => Buffer.alloc(70, 7),
    });
    const reason = username === email ? 'not_verified' : 'unknown_passkey';
    const expected = {
      code: 'authentication_failed',
      events: [{ type: 'auth.passkey.failure', reason }],
      burnt: challengeId,
    } as const;
    replies.push(await expectRefused(() => finish(browser, 'authenticate', { challengeId, credential }), expected));
  }
  const answers = replies.map(({ status, headers, json }) => {
    const { requestId: _, ...error } = json.error;
    return { status, error, headers: [...headers.keys()] };
  });
  expect(answers[0]).toEqual(answers[1]);
});

test('an invented passkey is recognised at every length, and a real one of that length is not', async () => {
  const { isDecoy } = await import('@/lib/passkeys/decoys');
  const { allowCredentials } = await optionsFor('nobody@example.com');
  for (const { id } of allowCredentials) {
    expect(await isDecoy(id)).toBe(true);
    const other = Buffer.from(id, 'base64url');
    other[0]! ^= 1;
    expect(await isDecoy(other.toString('base64url'))).toBe(false);
  }
  const rows = await db.select().from(passkeys);
  for (const { credentialId } of rows) expect(await isDecoy(credentialId)).toBe(false);
});

test.each([
  ['a username that is no text', { username: 7 }],
  ['an empty username', { username: '' }],
  ['a username of 1001 characters', { username: 'a'.repeat(1001) }],
  ['a list', []],
  ['no object', 'text'],
])('%s is refused, and no challenge is made', async (_what, body) => {
  expectProblem(await ask(new Browser(), 'authenticate', body), 'invalid_request');
  expect(await db.$count(challenges)).toBe(0);
});
