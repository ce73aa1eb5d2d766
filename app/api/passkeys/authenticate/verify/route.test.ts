import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { sessions } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { hashToken } from '@/lib/crypto';
import { Browser } from '@/tests/helpers/browser';
import { ask, expectRefused, finish, start } from '@/tests/helpers/ceremonies';
import { onlyRow } from '@/tests/helpers/database';
import { misshape, misshapen } from '@/tests/helpers/misshapen';
import { newPerson, seedPerson, signIn } from '@/tests/helpers/people';

// FIDO conformance, Server-ServerAuthenticatorAssertionResponse-Resp-1 (Annex 2): what is missing or of the wrong type.
const malformed = [
  ...misshapen('clientDataJSON', 'authenticatorData', 'signature'),
  ['F-21 userHandle: a number', 'credential.response.userHandle', 7] as const,
  ['F-21 userHandle: padded', 'credential.response.userHandle', 'YQ=='] as const,
  ['F-21 userHandle of 65 bytes', 'credential.response.userHandle', 'a'.repeat(87)] as const,
  ['a signature of more than 2 KB', 'credential.response.signature', 'a'.repeat(2732)] as const,
];

describe.each(['authenticate', 'step-up'] as const)(
  'C1, %s: a body that cannot be read is refused before anything is looked at',
  (ceremony) => {
    test.each(malformed)('%s', async (_what, path, value) => {
      const { browser, authenticator } = await seedPerson();
      const { challengeId, options } = await start(browser, ceremony);
      const body = misshape({ challengeId, credential: authenticator.signIn(options) }, path, value);
      await expectRefused(() => finish(browser, ceremony, body), { code: 'invalid_request', kept: challengeId });
    });
  },
);

test('a good answer starts a session whose token is kept as a hash only', async () => {
  const { authenticator, userId, passkey } = await seedPerson();
  const browser = new Browser();
  const { status, headers, json } = await signIn(browser, authenticator);
  expect({ status, json }).toEqual({ status: 200, json: { status: 'signed-in', redirectTo: '/account' } });
  expect(headers.get('cache-control')).toBe('no-store');

  const token = browser.cookies.get(cookieName('session'))!;
  const session = await onlyRow(
    db
      .select()
      .from(sessions)
      .where(eq(sessions.tokenHash, hashToken(token))),
  );
  expect(session).toMatchObject({ userId, passkeyId: passkey.id, address: browser.address, stepUpAt: null });
  expect(headers.getSetCookie().find((cookie) => cookie.includes(token))).toMatch(/HttpOnly/i);
});

test('always a new session, and the one that the browser had before is ended, whoever it was', async () => {
  const [first, second] = [await newPerson(), await newPerson()];
  const before = first.browser.cookies.get(cookieName('session'))!;
  await signIn(first.browser, second.authenticator);
  expect(await db.$count(sessions, eq(sessions.tokenHash, hashToken(before)))).toBe(0);
  expect(await db.$count(sessions, eq(sessions.userId, second.userId))).toBe(2);
});

test('a refused answer leaves the browser signed in as it was', async () => {
  const { browser, authenticator } = await seedPerson();
  const { challengeId, options } = await start(browser, 'authenticate');
  const body = { challengeId, credential: authenticator.signIn(options, { rpId: 'evil.example' }) };
  const events = [{ type: 'auth.passkey.failure', reason: 'not_verified' }];
  await expectRefused(() => finish(browser, 'authenticate', body), { code: 'authentication_failed', events });
  expect((await ask(browser, 'step-up')).status).toBe(200);
});

test.each([
  ['/account/passkeys?new=1', '/account/passkeys?new=1'],
  ['https://evil.example/', '/account'],
  ['//evil.example', '/account'],
  ['/\\evil.example', '/account'],
  ['javascript:alert(1)', '/account'],
])('return_to %s leads to %s', async (returnTo, led) => {
  const { browser, authenticator } = await seedPerson();
  const { json } = await ask(browser, 'authenticate', {}, { query: `?return_to=${encodeURIComponent(returnTo)}` });
  const body = { challengeId: json.challengeId, credential: authenticator.signIn(json.options) };
  expect((await finish(browser, 'authenticate', body)).json.redirectTo).toBe(led);
});
