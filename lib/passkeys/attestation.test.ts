import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { passkeys } from '@/db/schema';
import type { Attestation, Change } from '@/tests/helpers/authenticator';
import { type Cbor, cbor, cborMap } from '@/tests/helpers/cbor';
import { expectRefused, finish, start } from '@/tests/helpers/ceremonies';
import { onlyRow } from '@/tests/helpers/database';
import { seedPerson, signIn } from '@/tests/helpers/people';

const statement = (members: Record<string, Cbor>) => new Map(Object.entries(members));
const says =
  (fmt: Cbor, attStmt: Cbor): Attestation =>
  () => ({ fmt, attStmt });

/** Packed self attestation (WebAuthn §8.2): the new key signs for itself. */
const packed =
  (change: (honest: { alg: number; sig: Buffer }) => Record<string, Cbor>): Attestation =>
  (signed, key) => ({
    fmt: 'packed',
    attStmt: statement(change({ alg: key.cose.get(3) as number, sig: key.sign(signed) })),
  });
const self = packed((honest) => honest);
const anotherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

const entries = (change: (members: Map<string, Cbor>) => void): Change => ({
  attestationObject: (honest) => {
    const members = new Map(honest);
    change(members);
    return cbor(members);
  },
});

const statements: [string, string, Attestation, string][] = [
  ['B14', 'no attestation, with a statement', says('none', statement({ alg: -7 })), 'not_verified'],
  ['B14', 'packed with an empty statement', says('packed', new Map()), 'not_verified'],
  ['B14', 'packed without a signature', packed(({ alg }) => ({ alg })), 'not_verified'],
  ['B14', 'packed without an algorithm', packed(({ sig }) => ({ sig })), 'not_verified'],
  ['B14', 'packed with an algorithm by its name', packed(({ sig }) => ({ alg: 'ES256', sig })), 'not_verified'],
  ['B14', 'packed with an unknown algorithm', packed(({ sig }) => ({ alg: -1000, sig })), 'not_verified'],
  [
    'B14',
    'packed with an algorithm that is not the key’s',
    packed(({ sig }) => ({ alg: -257, sig })),
    'attestation_inconsistent',
  ],
  ['B14', 'packed with a signature of noise', packed(({ alg }) => ({ alg, sig: randomBytes(70) })), 'not_verified'],
  ['B14', 'packed with an empty signature', packed(({ alg }) => ({ alg, sig: Buffer.alloc(0) })), 'not_verified'],
  ['B14', 'packed with the signature as text', packed(({ alg }) => ({ alg, sig: 'signature' })), 'not_verified'],
  ['B14', 'packed with the signature over other data', (_, key) => self(randomBytes(69), key), 'not_verified'],
  [
    'B14',
    'packed with another key’s signature',
    (signed, key) => packed(({ alg }) => ({ alg, sig: sign('sha256', signed, anotherKey) }))(signed, key),
    'not_verified',
  ],
  [
    'B14',
    'packed with a certificate that is none',
    packed((honest) => ({ ...honest, x5c: [randomBytes(64)] })),
    'not_verified',
  ],
  ['B14', 'packed with an empty chain', packed((honest) => ({ ...honest, x5c: [] })), 'not_verified'],
  ['B14', 'an unknown format', says('latchkey', new Map()), 'not_verified'],
  ['B14', 'the compound format', says('compound', []), 'attestation_malformed'],
  ['B14', 'fido-u2f with an empty statement', says('fido-u2f', new Map()), 'not_verified'],
  ['B14', 'tpm with an empty statement', says('tpm', new Map()), 'not_verified'],
  ['B14', 'apple with an empty statement', says('apple', new Map()), 'not_verified'],
  ['B14', 'android-safetynet with an empty statement', says('android-safetynet', new Map()), 'not_verified'],
  ['B15', 'android-key, whatever it says', says('android-key', statement({ alg: -7 })), 'attestation_not_supported'],
];

const objects: [string, string, Change, string][] = [
  ['B14', 'no format', entries((members) => members.delete('fmt')), 'not_verified'],
  ['B14', 'a format that is a number', entries((members) => members.set('fmt', 1)), 'not_verified'],
  ['B14', 'no statement', entries((members) => members.delete('attStmt')), 'attestation_malformed'],
  [
    'B14',
    'a statement in bytes',
    entries((members) => members.set('attStmt', Buffer.from([0xa0]))),
    'attestation_malformed',
  ],
  ['B14', 'a statement in a list', entries((members) => members.set('attStmt', [])), 'attestation_malformed'],
  ['B19', 'no authenticator data', entries((members) => members.delete('authData')), 'not_verified'],
  ['B19', 'authenticator data as text', entries((members) => members.set('authData', 'data')), 'not_verified'],
  ['B19', 'empty authenticator data', entries((members) => members.set('authData', Buffer.alloc(0))), 'not_verified'],
  ['B14', 'a list and no map', { attestationObject: (honest) => cbor(honest.flat()) }, 'attestation_malformed'],
  ['B14', 'a map of nothing', { attestationObject: () => cbor(new Map()) }, 'attestation_malformed'],
  ['B14', 'bytes that are no CBOR', { attestationObject: () => Buffer.from('ffff', 'hex') }, 'attestation_malformed'],
  [
    'B14',
    'an object cut short',
    { attestationObject: (honest) => cborMap(honest).subarray(0, 20) },
    'attestation_malformed',
  ],
  [
    'B21',
    'the format twice',
    { attestationObject: (honest) => cborMap([...honest, ['fmt', 'packed']]) },
    'attestation_malformed',
  ],
];

describe('an attestation that does not hold is refused, and nothing is stored', () => {
  test.each([
    ...statements.map(([id, what, attestation, reason]) => [id, what, { attestation }, reason] as const),
    ...objects,
  ])('%s: %s', async (_requirement, _what, change, reason) => {
    const { browser, authenticator, userId } = await seedPerson();
    const { challengeId, options } = await start(browser, 'register');
    const body = { challengeId, credential: authenticator.register(options, change) };
    await expectRefused(() => finish(browser, 'register', body), {
      code: 'registration_failed',
      events: [{ type: 'passkey.register.failure', reason, subjectId: userId }],
      burnt: challengeId,
    });
  });
});

test.each(['ES256', 'EdDSA', 'RS256'] as const)(
  'B14, B15: packed self attestation by %s holds, and raises nothing',
  async (algorithm) => {
    const { browser, authenticator } = await seedPerson();
    authenticator.algorithm = algorithm;
    const { challengeId, options } = await start(browser, 'register');
    const credential = authenticator.register(options, { attestation: self });
    const reply = await finish(browser, 'register', { challengeId, credential });
    expect(reply).toMatchObject({ status: 201 });
    const row = await onlyRow(db.select().from(passkeys).where(eq(passkeys.id, reply.json.passkey.id)));
    expect(row).toMatchObject({ attestationFormat: 'packed', attestationObject: null, uvInitialized: true });
    expect(await signIn(browser, authenticator)).toMatchObject({ status: 200 });
  },
);

// B21 asks for canonical CBOR as a should. Around the authenticator data nothing is trusted, and clients in the field
// write it loosely, so what is behind the object or in another order is read past; inside, every byte must be in place.
const loose: [string, Change][] = [
  ['bytes behind the object', { attestationObject: (honest) => Buffer.concat([cborMap(honest), Buffer.alloc(3)]) }],
  ['members in another order', { attestationObject: (honest) => cborMap([...honest].reverse()) }],
  ['a member more', { attestationObject: (honest) => cborMap([...honest, ['epAtt', false]]) }],
];

test.each(loose)('B21: %s do no harm', async (_what, change) => {
  const { browser, authenticator } = await seedPerson();
  const { challengeId, options } = await start(browser, 'register');
  const credential = authenticator.register(options, change);
  expect(await finish(browser, 'register', { challengeId, credential })).toMatchObject({ status: 201 });
});
