import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { challenges, passkeys, sessions } from '@/db/schema';
import { readOutbox } from '@/lib/mail';
import type { Change } from '@/tests/helpers/authenticator';
import { cbor } from '@/tests/helpers/cbor';
import { expectRefused, finish, start } from '@/tests/helpers/ceremonies';
import { eventsOf, onlyRow } from '@/tests/helpers/database';
import { type Person, seedPerson, signIn } from '@/tests/helpers/people';
import { algorithms } from './public-key';
import { verifyRegistration } from './verify';

const clientData = (members: Record<string, unknown>): Change => ({ clientData: members });
const raw = (text: string | Buffer): Change => ({ encodeClientData: () => text });
const rk = (value: unknown): Change => ({
  answer: (answer) => ({ ...answer, clientExtensionResults: { credProps: { rk: value } } }),
});
const credProtect = cbor(new Map([['credProtect', 2]]));

// Each row is one lie in an otherwise honest answer: requirement, lie, how, and the reason that is written down.
const refused: [string, string, Change, string][] = [
  ['B2', 'client data that is not JSON', raw('{"type":'), 'client_data_malformed'],
  ['B2', 'client data that is no object', raw('null'), 'client_data_malformed'],
  ['B2', 'client data in UTF-16', raw(Buffer.from('{"type":"webauthn.create"}', 'utf16le')), 'client_data_malformed'],
  ['B3', 'the type of a sign-in', clientData({ type: 'webauthn.get' }), 'not_verified'],
  ['B3', 'no type', clientData({ type: undefined }), 'not_verified'],
  ['B3', 'an empty type', clientData({ type: '' }), 'not_verified'],
  ['B3', 'a type in other letters', clientData({ type: 'WebAuthn.create' }), 'not_verified'],
  ['B3', 'a type in a list', clientData({ type: ['webauthn.create'] }), 'not_verified'],
  ['B4', 'another challenge', clientData({ challenge: randomBytes(32).toString('base64url') }), 'not_verified'],
  ['B4', 'no challenge', clientData({ challenge: undefined }), 'not_verified'],
  ['B4', 'an empty challenge', clientData({ challenge: '' }), 'not_verified'],
  ['B4', 'the challenge with padding', { encodeClientData: padded }, 'not_verified'],
  ['B5', 'another origin', clientData({ origin: 'https://evil.example' }), 'not_verified'],
  ['B5', 'a subdomain', clientData({ origin: 'http://login.localhost:3000' }), 'not_verified'],
  ['B5', 'another scheme', clientData({ origin: 'https://localhost:3000' }), 'not_verified'],
  ['B5', 'another port', clientData({ origin: 'http://localhost:3001' }), 'not_verified'],
  ['B5', 'a trailing slash', clientData({ origin: 'http://localhost:3000/' }), 'not_verified'],
  [
    'B5',
    'an origin that begins with ours',
    clientData({ origin: 'http://localhost:3000.evil.example' }),
    'not_verified',
  ],
  ['B5', 'no origin', clientData({ origin: undefined }), 'not_verified'],
  ['B5', 'an origin in a list', clientData({ origin: ['http://localhost:3000'] }), 'not_verified'],
  ['B6', 'a cross-origin frame', clientData({ crossOrigin: true }), 'cross_origin'],
  ['B6', 'a cross-origin frame in other words', clientData({ crossOrigin: 'true' }), 'cross_origin'],
  ['B7', 'a foreign top origin', clientData({ topOrigin: 'https://evil.example' }), 'cross_origin'],
  ['B7', 'a top origin, even ours', clientData({ topOrigin: 'http://localhost:3000' }), 'cross_origin'],
  ['B8', 'another RP id', { rpId: 'evil.example' }, 'not_verified'],
  ['B8', 'the origin as RP id', { rpId: 'http://localhost:3000' }, 'not_verified'],
  ['B9', 'nobody present', { flags: { up: false } }, 'not_verified'],
  ['B9', 'verified, but nobody present', { flags: { up: false, uv: true } }, 'not_verified'],
  ['B11', 'backed up, but not eligible', { flags: { be: false, bs: true } }, 'not_verified'],
  ['B16', 'an id of 1024 bytes in the authenticator data', { attestedId: randomBytes(1024) }, 'id_mismatch'],
  ['B16', 'another id in the authenticator data', { attestedId: randomBytes(32) }, 'id_mismatch'],
  ['B16', 'no id in the authenticator data', { attestedId: Buffer.alloc(0) }, 'id_mismatch'],
  ['B19', '36 bytes of authenticator data', { authData: (data) => data.subarray(0, 36) }, 'not_verified'],
  ['B19', 'authenticator data that ends before the key', { authData: (data) => data.subarray(0, 90) }, 'not_verified'],
  ['B19', 'a credential without its flag', { flags: { at: false } }, 'not_verified'],
  ['B19', 'the flag without a credential', { authData: (data) => data.subarray(0, 37) }, 'not_verified'],
  [
    'B19',
    'neither flag nor credential',
    { flags: { at: false }, authData: (data) => data.subarray(0, 37) },
    'not_verified',
  ],
  ['B19', 'a byte too many', { authData: (data) => Buffer.concat([data, Buffer.alloc(1)]) }, 'not_verified'],
  ['B19', 'extensions without their flag', { extensions: credProtect, flags: { ed: false } }, 'not_verified'],
  ['B19', 'the flag without extensions', { flags: { ed: true } }, 'not_verified'],
  ['B20', 'a passkey that is not discoverable', rk(false), 'not_discoverable'],
];

describe('a registration is refused, recorded, its challenge burnt, and nothing stored', () => {
  test.each(refused)('%s: %s', async (_requirement, _lie, change, reason) => {
    const { browser, authenticator, userId } = await seedPerson();
    const { challengeId, options } = await start(browser, 'register');
    const body = { challengeId, credential: authenticator.register(options, change) };
    const event = { type: 'passkey.register.failure', reason, subjectId: userId };
    const messages = readOutbox()!.map(({ id }) => id);
    await expectRefused(() => finish(browser, 'register', body), {
      code: 'registration_failed',
      events: [event],
      burnt: challengeId,
    });
    expect(readOutbox()!.map(({ id }) => id)).toEqual(messages);
  });

  test('B10: nobody verified, where the ceremony demanded it', async () => {
    const { browser, authenticator } = await seedPerson();
    const { challengeId, options } = await start(browser, 'register');
    await db.update(challenges).set({ userVerification: true }).where(eq(challenges.id, challengeId));
    const body = { challengeId, credential: authenticator.register(options, { flags: { uv: false } }) };
    await expectRefused(() => finish(browser, 'register', body), {
      code: 'registration_failed',
      events: [{ type: 'passkey.register.failure', reason: 'not_verified' }],
      burnt: challengeId,
    });
  });

  test('B16: an id of 1024 bytes, even if the door had let it in', async () => {
    const { browser, authenticator } = await seedPerson();
    const { options } = await start(browser, 'register');
    const credential = authenticator.register(options, { id: randomBytes(1024) }) as never;
    const demands = {
      value: (options as { challenge: string }).challenge,
      userVerification: false,
      conditional: false,
    };
    expect(await verifyRegistration(credential, demands)).toEqual({ ok: false, error: 'id_mismatch' });
  });

  test('B17: a credential id that somebody else has, and that stays theirs', async () => {
    const [owner, thief] = [await seedPerson(), await seedPerson()];
    const { challengeId, options } = await start(thief.browser, 'register');
    const body = {
      challengeId,
      credential: thief.authenticator.register(options, { id: owner.authenticator.passkeys[0]!.id }),
    };
    await expectRefused(() => finish(thief.browser, 'register', body), {
      code: 'credential_exists',
      events: [{ type: 'passkey.register.failure', reason: 'credential_exists', subjectId: thief.userId }],
      burnt: challengeId,
    });
    expect(await signIn(owner.browser, owner.authenticator)).toMatchObject({ status: 200 });
  });

  test('B23: without a recent authentication not even the options are given', async () => {
    const { browser, userId } = await seedPerson();
    await db
      .update(sessions)
      .set({ authTime: new Date(Date.now() - 11 * 60_000) })
      .where(eq(sessions.userId, userId));
    const { POST } = await import('@/app/api/passkeys/register/options/route');
    const events = [{ type: 'authz.denied', reason: 'step_up_required' }];
    await expectRefused(() => browser.send(POST), { code: 'step_up_required', events });
    expect(await db.$count(challenges)).toBe(0);
  });
});

const honest: [string, string, Change, object][] = [
  ['B2', 'client data behind a byte order mark', { encodeClientData: (data) => `\ufeff${JSON.stringify(data)}` }, {}],
  ['B2', 'unknown members', clientData({ extraData: 'more may come', other: { a: [1] } }), {}],
  [
    'B2',
    'members in another order',
    { encodeClientData: (data) => JSON.stringify(Object.fromEntries(Object.entries(data).reverse())) },
    {},
  ],
  ['B2', 'no word about cross origin', clientData({ crossOrigin: undefined }), {}],
  ['B10', 'nobody verified, where that was not demanded', { flags: { uv: false } }, { uvInitialized: false }],
  ['B11', 'eligible and not backed up', { flags: { be: true } }, { backupEligible: true, backupState: false }],
  ['B11', 'eligible and backed up', { flags: { be: true, bs: true } }, { backupEligible: true, backupState: true }],
  ['B16', 'an id of 1023 bytes', { id: randomBytes(1023) }, {}],
  ['B16', 'an id of one byte', { id: randomBytes(1) }, {}],
  ['B19', 'extensions with their flag', { extensions: credProtect }, {}],
  [
    'B20',
    'an extension that nobody asked for',
    { answer: (answer) => ({ ...answer, clientExtensionResults: { prf: { enabled: true } } }) },
    { discoverable: null },
  ],
  ['B20', 'a passkey that says it is discoverable', rk(true), { discoverable: true }],
  ['B20', 'extension results of another type', rk('yes'), { discoverable: null }],
  ['C9', 'a counter to begin with', { counter: 4_294_967_295 }, { signCount: 4_294_967_295 }],
  ['T11', 'transports that are none', { transports: [7] }, { transports: [] }],
];

describe('a registration is stored as it was said', () => {
  test.each(honest)('%s: %s', async (_requirement, _what, change, stored) => {
    const person = await seedPerson();
    const { passkey } = await added(person, change);
    const key = person.authenticator.passkeys.at(-1)!;
    const row = await onlyRow(db.select().from(passkeys).where(eq(passkeys.id, passkey.id)));
    const reported = {
      uvInitialized: true,
      backupEligible: false,
      backupState: false,
      signCount: 0,
      transports: ['internal'],
    };
    expect(row).toMatchObject({
      ...reported,
      credentialId: key.id.toString('base64url'),
      userId: person.userId,
      ...stored,
    });
    expect(Buffer.from(row.publicKey)).toEqual(cbor(key.key.cose));
  });

  test('A11, D1, B24: every column, the event and the e-mail to the owner', async () => {
    const person = await seedPerson();
    const aaguid = 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4';
    const answer: Change['answer'] = (answer) => ({ ...answer, authenticatorAttachment: 'platform' });
    const { reply, passkey } = await added(person, { aaguid, transports: ['hybrid', 'internal'], counter: 3, answer });
    const row = await onlyRow(db.select().from(passkeys).where(eq(passkeys.id, passkey.id)));
    expect(row).toMatchObject({
      aaguid,
      name: 'Google Password Manager',
      transports: ['hybrid', 'internal'],
      signCount: 3,
    });
    expect(row).toMatchObject({ authenticatorAttachment: 'platform', discoverable: true, attestationFormat: 'none' });
    expect(row).toMatchObject({ attestationObject: null, lastUsedAt: null, removedAt: null, counterRegressedAt: null });
    expect(await eventsOf(reply.headers.get('x-request-id')!)).toMatchObject([
      { type: 'passkey.register.success', outcome: 'success', subjectId: person.userId, passkeyId: row.id },
    ]);
    expect(readOutbox()).toContainEqual(
      expect.objectContaining({ to: person.email, text: expect.stringContaining('Google Password Manager') }),
    );
  });

  test('B9, A19: nobody present, where the server began the ceremony as conditional', async () => {
    const person = await seedPerson();
    const { challengeId, options } = await start(person.browser, 'register');
    await db.update(challenges).set({ conditional: true }).where(eq(challenges.id, challengeId));
    const credential = person.authenticator.register(options, { flags: { up: false, uv: false } });
    expect((await finish(person.browser, 'register', { challengeId, credential })).status).toBe(201);
    const key = credential.id;
    expect(await onlyRow(db.select().from(passkeys).where(eq(passkeys.credentialId, key)))).toMatchObject({
      uvInitialized: false,
    });
  });

  test.each(['ES256', 'EdDSA', 'RS256'] as const)('B12: %s, and it signs in', async (algorithm) => {
    const person = await seedPerson();
    person.authenticator.algorithm = algorithm;
    await added(person, {});
    expect(await signIn(person.browser, person.authenticator)).toMatchObject({ status: 200 });
  });

  test('A10, T8: exactly three algorithms, whatever the runtime could do', () => {
    expect(algorithms).toEqual([-8, -7, -257]);
  });
});

async function added({ browser, authenticator }: Person, change: Change) {
  const { challengeId, options } = await start(browser, 'register');
  const reply = await finish(browser, 'register', { challengeId, credential: authenticator.register(options, change) });
  expect(reply.status, JSON.stringify(reply.json)).toBe(201);
  return { reply, passkey: reply.json.passkey };
}

function padded({ challenge, ...data }: Record<string, unknown>) {
  return JSON.stringify({ ...data, challenge: `${challenge}=` });
}
