import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { oneTimeTokens, passkeys, sessions, users } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { expectRefused, finish, start } from '@/tests/helpers/ceremonies';
import { eventsOf, onlyRow } from '@/tests/helpers/database';
import { misshape, misshapen } from '@/tests/helpers/misshapen';
import { addPasskey, newcomer, seedPerson } from '@/tests/helpers/people';

const text = (bytes: number) => randomBytes(bytes).toString('base64url');

// FIDO conformance, Server-ServerAuthenticatorAttestationResponse-Resp-1 (Annex 2): what is missing or of the wrong type.
const malformed = [
  ...misshapen('clientDataJSON', 'attestationObject'),
  ['an attestation object of more than 32 KB', 'credential.response.attestationObject', text(32 * 1024 + 1)] as const,
  ['name: a number', 'name', 7] as const,
];

describe('B1: a body that cannot be read is refused before anything is looked at', () => {
  test.each(malformed)('%s', async (_what, path, value) => {
    const { browser, authenticator } = await seedPerson();
    const { challengeId, options } = await start(browser, 'register');
    const body = misshape({ challengeId, credential: authenticator.register(options) }, path, value);
    await expectRefused(() => finish(browser, 'register', body), { code: 'invalid_request', kept: challengeId });
  });
});

test('B16: an id of 1024 bytes does not even pass the door', async () => {
  const { browser, authenticator } = await seedPerson();
  const { challengeId, options } = await start(browser, 'register');
  const credential = authenticator.register(options, { id: randomBytes(1024) });
  await expectRefused(() => finish(browser, 'register', { challengeId, credential }), {
    code: 'invalid_request',
    kept: challengeId,
  });
});

test('B18: an account that is named in the body changes nothing', async () => {
  const [person, other] = [await seedPerson(), await seedPerson()];
  const { challengeId, options } = await start(person.browser, 'register');
  const credential = person.authenticator.register(options, {
    answer: (answer) => ({ ...answer, userId: other.userId, user: { id: other.userId } }),
  });
  const body = { challengeId, credential, userId: other.userId, user: other.userId, email: other.email };
  const { json } = await finish(person.browser, 'register', body);
  const row = await onlyRow(db.select().from(passkeys).where(eq(passkeys.id, json.passkey.id)));
  expect(row.userId).toBe(person.userId);
});

test('the answer is the passkey as its owner may see it', async () => {
  const { browser, authenticator } = await seedPerson();
  const { challengeId, options } = await start(browser, 'register');
  const reply = await finish(browser, 'register', {
    challengeId,
    credential: authenticator.register(options),
    name: ' Key\u0301 ',
  });
  expect(reply).toMatchObject({ status: 201 });
  expect(reply.headers.get('cache-control')).toBe('no-store');
  expect(reply.json).toEqual({
    passkey: {
      id: expect.any(String),
      credentialId: authenticator.passkeys.at(-1)!.id.toString('base64url'),
      name: 'Keý',
      provider: null,
      aaguid: '00000000-0000-0000-0000-000000000000',
      transports: ['internal'],
      authenticatorAttachment: null,
      backupEligible: false,
      backupState: false,
      createdAt: expect.any(String),
      lastUsedAt: null,
      counterRegressedAt: null,
      backupEligibilityChangedAt: null,
      heldUntil: null,
      usedInThisSession: false,
    },
  });
});

test.each([
  ['none', undefined, 'Passkey on macOS'],
  ['an empty one', ' ', 'Passkey on macOS'],
  ['one of 64 characters of four bytes each', '\u{1f511}'.repeat(64), '\u{1f511}'.repeat(64)],
  ['one with a joiner in its place', 'ශ්\u200dරී', 'ශ්\u200dරී'],
])('E13: a name to begin with: %s', async (_what, name, expected) => {
  const { browser, authenticator } = await seedPerson();
  const { challengeId, options } = await start(browser, 'register');
  const { json } = await finish(browser, 'register', {
    challengeId,
    credential: authenticator.register(options),
    name,
  });
  expect(json.passkey.name).toBe(expected);
});

test.each([
  ['with a character that turns the text around', 'a\u202eb'],
  ['of 65 characters', 'n'.repeat(65)],
])('a name %s is refused with the passkey, never replaced in silence', async (_what, name) => {
  const { browser, authenticator, userId } = await seedPerson();
  const { challengeId, options } = await start(browser, 'register');
  const reply = await finish(browser, 'register', { challengeId, credential: authenticator.register(options), name });
  expect(reply).toMatchObject({ status: 400, json: { error: { code: 'invalid_request' } } });
  expect(await db.$count(passkeys, eq(passkeys.userId, userId))).toBe(1);
});

test('E13: proposed names are numbered', async () => {
  const { browser, authenticator } = await seedPerson();
  const names = [];
  for (let time = 0; time < 3; time += 1) names.push((await addPasskey(browser, authenticator)).passkey.name);
  expect(names).toEqual(['Passkey on macOS', 'Passkey on macOS 2', 'Passkey on macOS 3']);
});

test('D3: a fiftieth passkey is taken, a fifty-first is refused even if its ceremony began before', async () => {
  const { browser, authenticator, userId, passkey } = await seedPerson();
  const rows = Array.from({ length: 48 }, () => ({ ...passkey, id: undefined, credentialId: text(32) }));
  await db.insert(passkeys).values(rows);
  const [first, second] = [await start(browser, 'register'), await start(browser, 'register')];
  expect(
    (
      await finish(browser, 'register', {
        challengeId: first.challengeId,
        credential: authenticator.register(first.options),
      })
    ).status,
  ).toBe(201);
  const body = { challengeId: second.challengeId, credential: authenticator.register(second.options) };
  const events = [{ type: 'passkey.register.failure', reason: 'too_many_passkeys', subjectId: userId }];
  await expectRefused(() => finish(browser, 'register', body), {
    code: 'too_many_passkeys',
    events,
    burnt: second.challengeId,
  });
});

describe('a first passkey, by an opened link', () => {
  test('user, passkey, session and the used link are written together', async () => {
    const { browser, authenticator, email } = await newcomer();
    const { challengeId, options } = await start(browser, 'register');
    const credential = authenticator.register(options, { flags: { be: true, bs: true } });
    const reply = await finish(browser, 'register', { challengeId, credential });
    expect(reply).toMatchObject({
      status: 201,
      json: { redirectTo: '/account', passkey: { usedInThisSession: true } },
    });
    expect(browser.cookies.get(cookieName('session'))).toMatch(/^[\w-]{43}$/);
    expect(browser.cookies.has(cookieName('enrolment'))).toBe(false);

    const user = await onlyRow(db.select().from(users).where(eq(users.email, email)));
    const passkey = await onlyRow(db.select().from(passkeys));
    const session = await onlyRow(db.select().from(sessions));
    expect(session).toMatchObject({ userId: user.id, passkeyId: passkey.id, amr: ['swk', 'user', 'mfa'], acr: 'phr' });
    expect((await onlyRow(db.select().from(oneTimeTokens))).consumedAt).toEqual(expect.any(Date));
    expect((await eventsOf(reply.headers.get('x-request-id')!)).map(({ type }) => type)).toEqual([
      'account.created',
      'passkey.register.success',
      'session.created',
    ]);
  });

  test('B17: a passkey that somebody has already makes no account, and leaves the link open', async () => {
    const owner = await seedPerson();
    const { browser, authenticator } = await newcomer();
    const { challengeId, options } = await start(browser, 'register');
    const credential = authenticator.register(options, { id: owner.authenticator.passkeys[0]!.id });
    const events = [{ type: 'enrolment.failure', reason: 'credential_exists' }];
    await expectRefused(() => finish(browser, 'register', { challengeId, credential }), {
      code: 'credential_exists',
      events,
      burnt: challengeId,
    });
    await addPasskey(browser, authenticator);
  });

  test('B22: a wrong answer makes no account, and leaves the link open', async () => {
    const { browser, authenticator } = await newcomer();
    const { challengeId, options } = await start(browser, 'register');
    const credential = authenticator.register(options, { rpId: 'evil.example' });
    const events = [{ type: 'passkey.register.failure', reason: 'not_verified' }];
    await expectRefused(() => finish(browser, 'register', { challengeId, credential }), {
      code: 'registration_failed',
      events,
      burnt: challengeId,
    });
    await addPasskey(browser, authenticator);
  });

  test('an address that somebody has taken meanwhile makes no second account', async () => {
    const { browser, authenticator, email } = await newcomer();
    const { challengeId, options } = await start(browser, 'register');
    const { id: _, username: _name, ...taken } = (await seedPerson()).user;
    await db.insert(users).values({ ...taken, handle: new Uint8Array(64), email });
    const events = [{ type: 'enrolment.failure', reason: 'address_taken' }];
    const body = { challengeId, credential: authenticator.register(options) };
    await expectRefused(() => finish(browser, 'register', body), {
      code: 'registration_failed',
      events,
      burnt: challengeId,
    });
  });

  test('a link that was used or ran out lets nobody in', async () => {
    for (const dead of [{ consumedAt: new Date() }, { expiresAt: new Date(0) }]) {
      const { browser, authenticator } = await newcomer();
      const { challengeId, options } = await start(browser, 'register');
      await db.update(oneTimeTokens).set(dead);
      const body = { challengeId, credential: authenticator.register(options) };
      await expectRefused(() => finish(browser, 'register', body), { code: 'session_required', kept: challengeId });
    }
  });
});
