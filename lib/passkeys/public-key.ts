import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** EdDSA, ES256, RS256, in this order of preference; the same list is offered and accepted (WebAuthn §5.4, trap T8). */
export const algorithms = [-8, -7, -257];

type CoseKey = Map<unknown, unknown>;
type KeyProblem = 'key_malformed' | 'key_inconsistent' | 'key_unusable';

/**
 * Checks what the library does not (trap T5): kty, alg and crv fit together, nothing but public members is there, and
 * the key is one that can ever verify a signature (WebAuthn §5.8.5, §6.5.1). Returns nothing for a good key.
 */
export function checkPublicKey(bytes: Uint8Array<ArrayBuffer>): KeyProblem | undefined {
  const key = decode(bytes);
  if (!key) return 'key_malformed';
  const check = byAlgorithm.get(key.get(3));
  if (!check) return 'key_inconsistent';
  return check(key);
}

function decode(bytes: Uint8Array<ArrayBuffer>) {
  try {
    const key: unknown = isoCBOR.decodeFirst(bytes.slice());
    return key instanceof Map ? (key as CoseKey) : undefined;
  } catch {
    return undefined;
  }
}

// RFC 9053 §7, RFC 8230 §4: labels 1 kty, 3 alg, -1 crv or n, -2 x or e, -3 y.
const byAlgorithm = new Map<unknown, (key: CoseKey) => KeyProblem | undefined>([
  [-7, checkP256],
  [-8, checkEd25519],
  [-257, checkRsa],
]);

const hasExactly = (key: CoseKey, labels: number[]) =>
  key.size === labels.length && labels.every((label) => key.has(label));
const isBytes = (value: unknown, length?: number): value is Uint8Array =>
  value instanceof Uint8Array && (length === undefined || value.length === length);
const text = (value: Uint8Array) => Buffer.from(value).toString('base64url');

function checkP256(key: CoseKey) {
  const [x, y] = [key.get(-2), key.get(-3)];
  if (!hasExactly(key, [1, 3, -1, -2, -3]) || key.get(1) !== 2 || key.get(-1) !== 1) return 'key_inconsistent';
  if (!isBytes(x, 32) || !isBytes(y, 32)) return 'key_inconsistent';
  return importable({ kty: 'EC', crv: 'P-256', x: text(x), y: text(y) }) ? undefined : 'key_unusable';
}

function checkEd25519(key: CoseKey) {
  const x = key.get(-2);
  if (!hasExactly(key, [1, 3, -1, -2]) || key.get(1) !== 1 || key.get(-1) !== 6) return 'key_inconsistent';
  if (!isBytes(x, 32)) return 'key_inconsistent';
  try {
    // A point of small order would accept signatures that nobody made.
    return ed25519.Point.fromBytes(Uint8Array.from(x)).isSmallOrder() ? 'key_unusable' : undefined;
  } catch {
    return 'key_unusable';
  }
}

function checkRsa(key: CoseKey) {
  const [n, e] = [key.get(-1), key.get(-2)];
  if (!hasExactly(key, [1, 3, -1, -2]) || key.get(1) !== 3 || !isBytes(n) || !isBytes(e) || e.length > 8)
    return 'key_inconsistent';
  const modulusBits = n[0] ? n.length * 8 - (Math.clz32(n[0]) - 24) : 0;
  const exponent = BigInt(`0x${Buffer.from(e).toString('hex') || '0'}`);
  const odd = ((n.at(-1) ?? 0) & 1) === 1;
  if (modulusBits < 2048 || modulusBits > 4096 || !odd || exponent < 3n || exponent % 2n === 0n) return 'key_unusable';
  return importable({ kty: 'RSA', n: text(n), e: text(e) }) ? undefined : 'key_unusable';
}

/** OpenSSL refuses a point that is not on its curve. */
function importable(jwk: JsonWebKey) {
  try {
    return Boolean(createPublicKey({ key: jwk, format: 'jwk' }));
  } catch {
    return false;
  }
}
