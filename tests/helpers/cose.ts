import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Cbor } from './cbor';

export type CoseKey = Map<number, Cbor>;

/** A credential key pair: its public half as a COSE key, and what its private half does. */
export type KeyPair = { cose: CoseKey; sign: (data: Buffer) => Buffer };

export type Algorithm = 'ES256' | 'EdDSA' | 'RS256';

export function makeKey(algorithm: Algorithm): KeyPair {
  if (algorithm === 'ES256') return pair(generateKeyPairSync('ec', { namedCurve: 'P-256' }), -7);
  if (algorithm === 'EdDSA') return pair(generateKeyPairSync('ed25519'), -8);
  return pair(generateKeyPairSync('rsa', { modulusLength: 2048 }), -257);
}

function pair({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }, alg: number): KeyPair {
  return { cose: coseOf(publicKey, alg), sign: (data) => sign(alg === -8 ? null : 'sha256', data, privateKey) };
}

const curves: Record<string, number> = { 'P-256': 1, 'P-384': 2, 'P-521': 3, X25519: 4, Ed25519: 6, Ed448: 7 };

/** A public key under any algorithm's name, fitting or not (RFC 9053 §7, RFC 8230 §4). */
export function coseOf(publicKey: KeyObject, alg: number): CoseKey {
  const { kty, crv, x, y, n, e } = publicKey.export({ format: 'jwk' });
  const crvLabel = curves[crv ?? ''] ?? 0;
  if (kty === 'EC') return coseKey({ 1: 2, 3: alg, [-1]: crvLabel, [-2]: bytes(x), [-3]: bytes(y) });
  if (kty === 'OKP') return coseKey({ 1: 1, 3: alg, [-1]: crvLabel, [-2]: bytes(x) });
  return coseKey({ 1: 3, 3: alg, [-1]: bytes(n), [-2]: bytes(e) });
}

/** A COSE key with these members, in the order of CTAP2's canonical form: 1, 3, -1, -2, -3. */
export const coseKey = (members: Record<number, Cbor>): CoseKey =>
  new Map(
    Object.entries(members)
      .map(([label, value]) => [Number(label), value] as const)
      .sort(([a], [b]) => rank(a) - rank(b)),
  );

const rank = (label: number) => (label < 0 ? 1000 - label : label);
const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64url');
