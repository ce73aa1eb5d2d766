import { createHook } from 'node:async_hooks';
import { generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import { isoCrypto } from '@simplewebauthn/server/helpers';
import { expect, test } from 'vitest';
import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';
import { cbor } from '@/tests/helpers/cbor';
import { type Algorithm, coseOf, makeKey } from '@/tests/helpers/cose';
import { verifyAssertion } from './verify';

const origin = 'http://localhost:3000';
const value = Buffer.from('of the server').toString('base64url');

/** Verifies the answer of a passkey, and tells what Web Crypto had threads of the pool do for it. */
async function verifying(algorithm: Algorithm) {
  const authenticator = Object.assign(new SoftwareAuthenticator(origin), { algorithm });
  const { id, key } = authenticator.create('user');
  const answer = authenticator.signIn({ challenge: value, rpId: 'localhost' } as never);
  const stored = { credentialId: id.toString('base64url'), publicKey: Uint8Array.from(cbor(key.cose)) };
  const kinds = new Map<number, string>();
  const jobs: string[] = [];
  // Only what was done elsewhere comes back into JavaScript.
  const init = (id: number, kind: string) => void (/REQUEST$/.test(kind) && kinds.set(id, kind));
  const before = (id: number) => void (kinds.has(id) && jobs.push(kinds.get(id)!));
  const hook = createHook({ init, before }).enable();
  const demands = { value, userVerification: true, conditional: false };
  const verified = await verifyAssertion(answer as never, demands, stored).finally(() => hook.disable());
  return { isVerified: verified.ok, jobs };
}

test('an assertion of nearly every passkey is verified without a thread of the pool', async () => {
  expect(await verifying('ES256')).toEqual({ isVerified: true, jobs: [] });
  expect(await verifying('EdDSA')).toEqual({ isVerified: true, jobs: ['SIGNREQUEST'] });
  expect(await verifying('RS256')).toEqual({ isVerified: true, jobs: ['SIGNREQUEST'] });
});

test('everybody else has the Web Crypto of the platform', async () => {
  await import('./verify');
  expect(globalThis.crypto).toBe(webcrypto);
  expect(Object.getOwnPropertyDescriptor(globalThis, 'crypto')).toHaveProperty('get');
});

const data = new Uint8Array(Buffer.from('what is signed'));
const bytesOf = (buffer: Buffer) => Uint8Array.from(buffer);
type Verified = Parameters<typeof isoCrypto.verify>[0];
const verifyBy = async (cose: unknown, signature: Buffer, more: Partial<Verified> = {}) =>
  isoCrypto.verify({ cosePublicKey: cose as Verified['cosePublicKey'], signature: bytesOf(signature), data, ...more });

test.each(['ES256', 'EdDSA', 'RS256'] as const)(
  'a signature of %s is good for its key and its data alone',
  async (algorithm) => {
    const { cose, sign: signed } = makeKey(algorithm);
    const signature = signed(Buffer.from(data));
    expect(await verifyBy(cose, signature)).toBe(true);
    expect(await verifyBy(cose, signature, { data: data.slice(1) })).toBe(false);
    expect(await verifyBy(makeKey(algorithm).cose, signature)).toBe(false);
    for (let bit = 40 * 8; bit < 56 * 8; bit += 1) {
      const changed = Buffer.from(signature);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(await verifyBy(cose, changed).catch(() => false)).toBe(false);
    }
  },
);

test('another curve, and another hash, are what they say', async () => {
  const [p256, p384] = ['P-256', 'P-384'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve }));
  const { publicKey, privateKey } = p256!;
  const signature = sign('sha384', data, privateKey);
  expect(await verifyBy(coseOf(publicKey, -7), signature, { shaHashOverride: -35 })).toBe(true);
  expect(await verifyBy(coseOf(publicKey, -7), signature)).toBe(false);
  expect(await verifyBy(coseOf(p384!.publicKey, -35), sign('sha384', data, p384!.privateKey))).toBe(true);
  const offCurve = coseOf(publicKey, -7).set(-2, Buffer.alloc(32, 1));
  await expect(verifyBy(offCurve, signature)).rejects.toThrow();
});

test('a digest is that of SHA-256', async () => {
  expect(await isoCrypto.digest(data, -7)).toEqual(new Uint8Array(await webcrypto.subtle.digest('SHA-256', data)));
});
