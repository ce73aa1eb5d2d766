import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Change } from '@/tests/helpers/authenticator';
import { type Cbor, cbor, cborMap } from '@/tests/helpers/cbor';
import { expectRefused, finish, start } from '@/tests/helpers/ceremonies';
import { type CoseKey, coseKey, coseOf } from '@/tests/helpers/cose';
import { seedPerson } from '@/tests/helpers/people';
import { checkPublicKey } from './public-key';

const ec = (curve: string) => generateKeyPairSync('ec', { namedCurve: curve }).publicKey;
const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).publicKey;
const ed25519 = generateKeyPairSync('ed25519').publicKey;
const [es256, eddsa, rs256] = [coseOf(ec('P-256'), -7), coseOf(ed25519, -8), coseOf(rsa(2048), -257)];

/** The same key with some members said otherwise, or (`undefined`) not at all. */
function altered(key: CoseKey, members: Record<number, Cbor | undefined>): CoseKey {
  const entries = Object.entries({ ...Object.fromEntries(key), ...members });
  return coseKey(Object.fromEntries(entries.filter((entry): entry is [string, Cbor] => entry[1] !== undefined)));
}

const point = (x: string, y: string) => altered(es256, { [-2]: Buffer.from(x, 'hex'), [-3]: Buffer.from(y, 'hex') });
const P = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';
const onEd25519 = (hex: string) => altered(eddsa, { [-2]: Buffer.from(hex, 'hex') });
const onRsa = (members: { n?: Buffer; e?: Buffer }) =>
  altered(rs256, { [-1]: members.n ?? rs256.get(-1), [-2]: members.e ?? rs256.get(-2) });

/** A number of this many bits with the lowest bit set: a modulus as good as any until somebody factors it. */
function modulus(bits: number) {
  const bytes = randomBytes(Math.ceil(bits / 8));
  const top = (bits - 1) % 8;
  bytes[0] = (bytes[0]! & ((1 << top) - 1)) | (1 << top);
  bytes[bytes.length - 1]! |= 1;
  return bytes;
}

const notOffered: [string, CoseKey][] = [
  ['ES384', coseOf(ec('P-384'), -35)],
  ['ES512', coseOf(ec('P-521'), -36)],
  ['ESP256, the fully specified twin of ES256', coseOf(ec('P-256'), -9)],
  ['Ed25519, the fully specified twin of EdDSA', coseOf(ed25519, -19)],
  ['Ed448', coseOf(generateKeyPairSync('ed448').publicKey, -53)],
  ['PS256', altered(rs256, { 3: -37 })],
  ['RS1', altered(rs256, { 3: -65_535 })],
  ['RS512', altered(rs256, { 3: -259 })],
  ['ML-DSA-44', coseKey({ 1: 7, 3: -48, [-1]: randomBytes(1312) })],
  ['no algorithm', altered(es256, { 3: undefined })],
  ['an algorithm by its name', altered(es256, { 3: 'ES256' })],
];

const inconsistent: [string, CoseKey][] = [
  ['-7 on P-384', coseOf(ec('P-384'), -7)],
  ['-7 on P-521', coseOf(ec('P-521'), -7)],
  ['-7 with P-256 named P-384', altered(es256, { [-1]: 2 })],
  ['-7 with P-384 named P-256', altered(coseOf(ec('P-384'), -7), { [-1]: 1 })],
  ['-7 on an Ed25519 key', coseOf(ed25519, -7)],
  ['-7 on an RSA key', altered(rs256, { 3: -7 })],
  ['-7 with the key type of RSA', altered(es256, { 1: 3 })],
  ['-7 with no curve', altered(es256, { [-1]: undefined })],
  ['-7 with a compressed point', altered(es256, { [-3]: true })],
  ['-7 with no y', altered(es256, { [-3]: undefined })],
  ['-7 with x as text', altered(es256, { [-2]: 'x'.repeat(32) })],
  ['-7 with its private half', altered(es256, { [-4]: randomBytes(32) })],
  ['-7 with a key id', altered(es256, { 2: randomBytes(4) })],
  ['-7 with permitted operations', altered(es256, { 4: [2] })],
  ['-8 on P-256', coseOf(ec('P-256'), -8)],
  ['-8 on X25519', coseOf(generateKeyPairSync('x25519').publicKey, -8)],
  ['-8 on Ed448', coseOf(generateKeyPairSync('ed448').publicKey, -8)],
  ['-8 with the key type of EC2', altered(eddsa, { 1: 2 })],
  ['-8 with 31 bytes', altered(eddsa, { [-2]: randomBytes(31) })],
  ['-8 with its private half', altered(eddsa, { [-4]: randomBytes(32) })],
  ['-8 with a y', altered(eddsa, { [-3]: randomBytes(32) })],
  ['-8 with names for numbers', altered(eddsa, { 1: 'OKP', [-1]: 'Ed25519' })],
  ['-257 on P-256', coseOf(ec('P-256'), -257)],
  ['-257 with the key type of EC2', altered(rs256, { 1: 2 })],
  ['-257 with its private half', altered(rs256, { [-3]: randomBytes(256) })],
  ['-257 with no exponent', altered(rs256, { [-2]: undefined })],
  ['-257 with the exponent as a number', altered(rs256, { [-2]: 65_537 })],
  ['-257 with an exponent of nine bytes', onRsa({ e: Buffer.from('010000000000000001', 'hex') })],
];

const unusable: [string, CoseKey][] = [
  ['a point off the curve', altered(es256, { [-3]: randomBytes(32) })],
  ['the point (0, 0)', point('00'.repeat(32), '00'.repeat(32))],
  ['a coordinate outside of the field', point(P, '00'.repeat(32))],
  ['Ed25519 bytes that are no point', onEd25519(`02${'00'.repeat(31)}`)],
  ['Ed25519 small order 1', onEd25519(`01${'00'.repeat(31)}`)],
  ['Ed25519 small order 2', onEd25519(`ec${'ff'.repeat(30)}7f`)],
  ['Ed25519 small order 4', onEd25519('00'.repeat(32))],
  ['Ed25519 small order 4, other sign', onEd25519(`${'00'.repeat(31)}80`)],
  ['Ed25519 small order 8', onEd25519('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')],
  ['Ed25519 small order 8, other', onEd25519('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')],
  ['Ed25519 small order 1, not canonical', onEd25519(`ee${'ff'.repeat(30)}7f`)],
  ['RSA of 1024 bits', coseOf(rsa(1024), -257)],
  ['RSA of 2047 bits', onRsa({ n: modulus(2047) })],
  ['RSA of 2040 bits', onRsa({ n: modulus(2040) })],
  ['RSA of 4104 bits', onRsa({ n: modulus(4104) })],
  ['RSA padded to 2048 bits with zeros', onRsa({ n: Buffer.concat([Buffer.alloc(128), modulus(1024)]) })],
  ['RSA with an even modulus', onRsa({ n: Buffer.concat([modulus(2040), Buffer.alloc(1)]) })],
  ['RSA with no modulus', onRsa({ n: Buffer.alloc(0) })],
  ['RSA with the exponent 0', onRsa({ e: Buffer.alloc(1) })],
  ['RSA with the exponent 1', onRsa({ e: Buffer.from([1]) })],
  ['RSA with an even exponent', onRsa({ e: Buffer.from([1, 0, 0]) })],
  ['RSA with no exponent at all', onRsa({ e: Buffer.alloc(0) })],
];

describe('a key that is not offered, does not fit together or cannot be used is never stored', () => {
  test.each([
    ...notOffered.map(([what, key]) => ['B12', what, key, 'not_verified'] as const),
    ...inconsistent.map(([what, key]) => ['B13', what, key, 'key_inconsistent'] as const),
    ...unusable.map(([what, key]) => ['B13', what, key, 'key_unusable'] as const),
    ['B21', 'a member that comes twice', { raw: cborMap([...es256, [3, -7]]) }, 'not_verified'] as const,
    ['B21', 'a length that is not the shortest', { raw: longer(es256) }, 'not_verified'] as const,
    ['B13', 'a key that is no map', { raw: cbor('key') }, 'not_verified'] as const,
  ])('%s: %s', async (_requirement, _what, publicKey, reason) => {
    await expectKeyRefused({ publicKey }, reason);
  });
});

test.each(notOffered)('B12: the check of keys alone, without the library before it, refuses %s', (_what, key) => {
  expect(checkPublicKey(Uint8Array.from(cbor(key)))).toBe('key_inconsistent');
});

test.each([
  ['no map', cbor('key')],
  ['no CBOR', Buffer.from('ffff', 'hex')],
  ['nothing', Buffer.alloc(0)],
])('B13: the check of keys alone refuses %s', (_what, bytes) => {
  expect(checkPublicKey(Uint8Array.from(bytes))).toBe('key_malformed');
});

const good: [string, CoseKey][] = [
  ['ES256', es256],
  ['EdDSA', eddsa],
  ['RS256 of 2048 bits', rs256],
  ['RS256 of 3072 bits', onRsa({ n: modulus(3072) })],
  ['RS256 of 4096 bits', onRsa({ n: modulus(4096) })],
  ['RS256 with the exponent 3', onRsa({ e: Buffer.from([3]) })],
  ['RS256 with an exponent of eight bytes', onRsa({ e: Buffer.from('8000000000000001', 'hex') })],
];

test.each(good)('B13: %s is taken', async (_what, publicKey) => {
  const { browser, authenticator } = await seedPerson();
  const { challengeId, options } = await start(browser, 'register');
  const credential = authenticator.register(options, { publicKey });
  expect((await finish(browser, 'register', { challengeId, credential })).status).toBe(201);
});

async function expectKeyRefused(change: Change, reason: string) {
  const { browser, authenticator, userId } = await seedPerson();
  const { challengeId, options } = await start(browser, 'register');
  const body = { challengeId, credential: authenticator.register(options, change) };
  await expectRefused(() => finish(browser, 'register', body), {
    code: 'registration_failed',
    events: [{ type: 'passkey.register.failure', reason, subjectId: userId }],
    burnt: challengeId,
  });
}

/** The same key with its first value, the 2 of the key type, in two bytes. */
function longer(key: CoseKey) {
  const bytes = cbor(key);
  return Buffer.concat([bytes.subarray(0, 2), Buffer.from([0x18, 0x02]), bytes.subarray(3)]);
}
