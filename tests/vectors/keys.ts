import { createPrivateKey, hkdfSync, sign } from 'node:crypto';
import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { coseKey, type KeyPair } from '@/tests/helpers/cose';

/** Draws the Recommendation's random values in their order: HKDF-SHA-256 with a salt that counts up (WebAuthn §16). */
export function drawsOf(info: string) {
  let salt = 0;
  return (length: number) => {
    const drawn = hkdfSync('sha256', 'WebAuthn test vectors', Uint8Array.of(salt), info, length);
    salt += 1;
    return Buffer.from(drawn);
  };
}

export type Draw = ReturnType<typeof drawsOf>;

const curves = {
  ES256: { curve: p256, alg: -7, crv: 1, bytes: 32 },
  ES384: { curve: p384, alg: -35, crv: 2, bytes: 48 },
  ES512: { curve: p521, alg: -36, crv: 3, bytes: 66 },
};
const edwards = {
  EdDSA: { curve: ed25519, alg: -8, crv: 6, bytes: 32 },
  Ed448: { curve: ed448, alg: -53, crv: 7, bytes: 57 },
};

export type Kind = keyof typeof curves | keyof typeof edwards | 'RS256';

/** The credential key of an example. Every signature is deterministic: RFC 6979, RFC 8032, RFC 8017 §8.2. */
export function credentialKey(kind: Kind, draw: Draw): KeyPair {
  if (kind === 'RS256') return mersenneKey();
  if (kind in curves)
    return ecdsaKey(kind as keyof typeof curves, draw(kind === 'ES512' ? 65 : curves[kind as 'ES256'].bytes));
  const { curve, alg, crv, bytes } = edwards[kind as keyof typeof edwards];
  const secret = draw(bytes);
  return {
    cose: coseKey({ 1: 1, 3: alg, [-1]: crv, [-2]: curve.getPublicKey(secret) }),
    sign: (data) => Buffer.from(curve.sign(data, secret)),
  };
}

export function ecdsaKey(kind: keyof typeof curves, drawn: Buffer): KeyPair & { point: Buffer } {
  const { curve, alg, crv, bytes } = curves[kind];
  const secret = Buffer.concat([Buffer.alloc(bytes - drawn.length), drawn]);
  const point = Buffer.from(curve.getPublicKey(secret, false));
  const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)];
  return {
    point,
    cose: coseKey({ 1: 2, 3: alg, [-1]: crv, [-2]: x, [-3]: y }),
    sign: (data) => Buffer.from(curve.sign(data, secret, { lowS: false, format: 'der' })),
  };
}

/** RSA from the two smallest Mersenne primes of 1024 bits or more, as §16 has it. */
function mersenneKey(): KeyPair {
  const [p, q, e] = [2n ** 2203n - 1n, 2n ** 1279n - 1n, 65_537n];
  const d = inverse(e, (p - 1n) * (q - 1n));
  const parts = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const jwk = Object.fromEntries(
    Object.entries(parts).map(([name, value]) => [name, bytesOf(value).toString('base64url')]),
  );
  const key = createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
  return {
    cose: coseKey({ 1: 3, 3: -257, [-1]: bytesOf(parts.n), [-2]: bytesOf(e) }),
    sign: (data) => sign('sha256', data, key),
  };
}

function inverse(value: bigint, modulus: bigint) {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (a > 1n) [a, b, x, y] = [b % a, a, y - (b / a) * x, x];
  return ((x % modulus) + modulus) % modulus;
}

function bytesOf(value: bigint) {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
}
