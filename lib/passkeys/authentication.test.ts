import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { challenges, passkeys, users } from '@/db/schema';
import type { Change } from '@/tests/helpers/authenticator';
import { cbor } from '@/tests/helpers/cbor';
import { expectAnswerRefused, expectRefused, failureOf, finish, start } from '@/tests/helpers/ceremonies';
import { makeKey } from '@/tests/helpers/cose';
import { seedPerson } from '@/tests/helpers/people';

const clientData = (members: Record<string, unknown>): Change => ({ clientData: members });
const raw = (text: string | Buffer): Change => ({ encodeClientData: () => text });
const authData = (change: (honest: Buffer) => Buffer): Change => ({ authData: change });
const signature = (change: (honest: Buffer) => Buffer): Change => ({ signature: change });
const credProtect = cbor(new Map([['credProtect', 2]]));

// Each row is one lie in an otherwise honest answer, and it must fail in a sign-in and in a step-up alike.
const refused: [string, string, Change, string][] = [
  ['C5', 'client data that is not JSON', raw('{"type":'), 'client_data_malformed'],
  ['C5', 'the type of a registration', clientData({ type: 'webauthn.create' }), 'not_verified'],
  ['C5', 'the type of a payment', clientData({ type: 'payment.get' }), 'not_verified'],
  ['C5', 'no type', clientData({ type: undefined }), 'not_verified'],
  ['C5', 'another challenge', clientData({ challenge: randomBytes(32).toString('base64url') }), 'not_verified'],
  ['C5', 'no challenge', clientData({ challenge: undefined }), 'not_verified'],
  ['C5', 'an empty challenge', clientData({ challenge: '' }), 'not_verified'],
  ['C5', 'another origin', clientData({ origin: 'https://evil.example' }), 'not_verified'],
  ['C5', 'a subdomain', clientData({ origin: 'http://login.localhost:3000' }), 'not_verified'],
  ['C5', 'another scheme', clientData({ origin: 'https://localhost:3000' }), 'not_verified'],
  ['C5', 'another port', clientData({ origin: 'http://localhost:3001' }), 'not_verified'],
  ['C5', 'a trailing slash', clientData({ origin: 'http://localhost:3000/' }), 'not_verified'],
  ['C5', 'no origin', clientData({ origin: undefined }), 'not_verified'],
  ['C5', 'a cross-origin frame', clientData({ crossOrigin: true }), 'cross_origin'],
  [
    'C5',
    'a cross-origin frame with its top origin',
    clientData({ crossOrigin: true, topOrigin: 'https://evil.example' }),
    'cross_origin',
  ],
  ['C5', 'a top origin, even ours', clientData({ topOrigin: 'http://localhost:3000' }), 'cross_origin'],
  ['C6', 'another RP id', { rpId: 'evil.example' }, 'not_verified'],
  ['C6', 'nobody present', { flags: { up: false } }, 'not_verified'],
  ['C6', 'verified, but nobody present', { flags: { up: false, uv: true } }, 'not_verified'],
  ['C7', 'backed up, but not eligible', { flags: { be: false, bs: true } }, 'not_verified'],
  ['C8', 'a signature of another key', { key: makeKey('ES256') }, 'not_verified'],
  ['C8', 'a signature of another algorithm', { key: makeKey('EdDSA') }, 'not_verified'],
  ['C8', 'a signature with one bit changed', signature((honest) => flipped(honest, honest.length - 1)), 'not_verified'],
  ['C8', 'a signature cut short', signature((honest) => honest.subarray(0, -1)), 'not_verified'],
  ['C8', 'a signature of noise', signature(() => randomBytes(71)), 'not_verified'],
  ['C8', 'the signature (0, 0)', signature(() => Buffer.from('3006020100020100', 'hex')), 'not_verified'],
  ['C8', 'other client data than was signed', { answer: withClientData({ signed: false }) }, 'not_verified'],
  [
    'C8',
    'other authenticator data than was signed',
    { answer: withAuthData((data) => flipped(data, 36)) },
    'not_verified',
  ],
  ['C6', '36 bytes of authenticator data', authData((data) => data.subarray(0, 36)), 'not_verified'],
  ['C6', 'a byte too many', authData((data) => Buffer.concat([data, Buffer.alloc(1)])), 'not_verified'],
  ['C6', 'the flag of extensions without them', { flags: { ed: true } }, 'not_verified'],
  ['C6', 'extensions without their flag', { extensions: credProtect, flags: { ed: false } }, 'not_verified'],
  ['C6', 'the flag of a credential without one', { flags: { at: true } }, 'not_verified'],
  ['C3', 'the handle of nobody', { userHandle: randomBytes(64).toString('base64url') }, 'other_user_handle'],
];

describe.each(['authenticate', 'step-up'] as const)(
  'C14, %s: an answer is refused, recorded, its challenge burnt, and nothing changed',
  (ceremony) => {
    test.each(refused)('%s: %s', async (_requirement, _lie, change, reason) => {
      const person = await seedPerson();
      await expectAnswerRefused(person, ceremony, change, { reason });
    });

    test('C3, C4: somebody else’s handle, and somebody else’s passkey with either handle', async () => {
      const [person, other] = [await seedPerson(), await seedPerson()];
      const handle = Buffer.from(other.user.handle).toString('base64url');
      await expectAnswerRefused(person, ceremony, { userHandle: handle }, { reason: 'other_user_handle' });
    });

    test('D7: a removed passkey, in words that do not say so', async () => {
      const person = await seedPerson();
      await db.update(passkeys).set({ removedAt: new Date() }).where(eq(passkeys.id, person.passkey.id));
      await expectAnswerRefused(person, ceremony, {}, { reason: 'removed_passkey' });
    });

    test('C12: a passkey that is in no row, and only that, is told to be unknown', async () => {
      const person = await seedPerson();
      const { challengeId, options } = await start(person.browser, ceremony);
      const credential = person.authenticator.signIn(options, { id: randomBytes(32) });
      await expectRefused(() => finish(person.browser, ceremony, { challengeId, credential }), {
        code: 'unknown_credential',
        events: [{ type: failureOf(ceremony), reason: 'unknown_passkey', subjectId: null, passkeyId: null }],
        burnt: challengeId,
      });
    });
  },
);

describe('sign-in only', () => {
  test('C3: no handle, where the person was not named', async () => {
    await expectAnswerRefused(
      await seedPerson(),
      'authenticate',
      { userHandle: null },
      { reason: 'user_handle_missing' },
    );
  });

  test('C2, C4: somebody else’s passkey, where the person was named', async () => {
    const [named, other] = [await seedPerson(), await seedPerson()];
    const { challengeId, options } = await start(other.browser, 'authenticate', { username: named.email });
    for (const userHandle of [undefined, null, '']) {
      const again = await start(other.browser, 'authenticate', { username: named.email });
      const credential = other.authenticator.signIn(again.options, { userHandle });
      await expectRefused(() => finish(other.browser, 'authenticate', { challengeId: again.challengeId, credential }), {
        code: 'authentication_failed',
        events: [{ type: 'auth.passkey.failure', reason: 'not_allowed', passkeyId: other.passkey.id }],
        burnt: again.challengeId,
      });
    }
    const credential = named.authenticator.signIn(options, { userHandle: null });
    expect((await finish(other.browser, 'authenticate', { challengeId, credential })).status).toBe(200);
  });

  test('an empty handle counts as none: refused where nobody was named, taken where somebody was', async () => {
    const person = await seedPerson();
    await expectAnswerRefused(person, 'authenticate', { userHandle: '' }, { reason: 'user_handle_missing' });
    const { challengeId, options } = await start(person.browser, 'authenticate', { username: person.email });
    const credential = person.authenticator.signIn(options, { userHandle: '' });
    expect((await finish(person.browser, 'authenticate', { challengeId, credential })).status).toBe(200);
  });

  test('C6: nobody verified, where the challenge demanded it', async () => {
    const { browser, authenticator } = await seedPerson();
    const { challengeId, options } = await start(browser, 'authenticate');
    await db.update(challenges).set({ userVerification: true }).where(eq(challenges.id, challengeId));
    const credential = authenticator.signIn(options, { flags: { uv: false } });
    await expectRefused(() => finish(browser, 'authenticate', { challengeId, credential }), {
      code: 'authentication_failed',
      events: [{ type: 'auth.passkey.failure', reason: 'not_verified' }],
      burnt: challengeId,
    });
  });

  test('C13: a disabled person, in the words of a failed authentication, and only after the signature', async () => {
    const person = await seedPerson();
    await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, person.userId));
    const wrong = await expectAnswerRefused(
      person,
      'authenticate',
      { key: makeKey('ES256') },
      { reason: 'not_verified' },
    );
    const right = await expectAnswerRefused(person, 'authenticate', {}, { reason: 'user_disabled' });
    const { requestId: _, ...words } = right.json.error;
    expect(wrong.json.error).toMatchObject(words);
  });
});

describe('step-up only', () => {
  test('A18, C6: nobody verified, whatever the settings say', async () => {
    await expectAnswerRefused(await seedPerson(), 'step-up', { flags: { uv: false } }, { reason: 'not_verified' });
  });

  test('C4: somebody else’s passkey, with their handle or none', async () => {
    const [person, other] = [await seedPerson(), await seedPerson()];
    for (const [userHandle, reason] of [
      [undefined, 'not_allowed'],
      [null, 'not_allowed'],
    ] as const) {
      const mixed = { ...person, authenticator: other.authenticator };
      await expectAnswerRefused(
        mixed,
        'step-up',
        { userHandle },
        { reason, passkeyId: other.passkey.id, subjectId: other.userId },
      );
    }
  });
});

function flipped(bytes: Buffer, at: number) {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 1;
  return copy;
}

function withClientData(members: object): Change['answer'] {
  return (answer) => {
    const signedData = JSON.parse(Buffer.from(answer.response.clientDataJSON, 'base64url').toString());
    const clientDataJSON = Buffer.from(JSON.stringify({ ...signedData, ...members })).toString('base64url');
    return { ...answer, response: { ...answer.response, clientDataJSON } };
  };
}

function withAuthData(change: (bytes: Buffer) => Buffer): Change['answer'] {
  return (answer) => {
    const authenticatorData = change(Buffer.from(answer.response.authenticatorData, 'base64url')).toString('base64url');
    return { ...answer, response: { ...answer.response, authenticatorData } };
  };
}
