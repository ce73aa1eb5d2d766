import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { config } from '@/lib/config';

/** A random value of this many bytes as base64url; 32 bytes is what every secret of ours has. */
export const randomToken = (bytes = 32) => randomBytes(bytes).toString('base64url');

/** SHA-256 as base64url: how a random token is kept, so that a leaked table opens nothing. */
export const hashToken = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Whether an `Authorization` header brings this secret as a bearer token (RFC 6750 §2.1); never where none is set. */
export function bearsToken(authorization: string | null, secret: string | undefined) {
  if (!secret) return false;
  const [given, expected] = [authorization ?? '', `Bearer ${secret}`].map((text) => Buffer.from(hashToken(text)));
  return timingSafeEqual(given as Buffer, expected as Buffer);
}

/** A key of its own for every purpose, derived from `APP_SECRET` (HKDF, RFC 5869). */
export function deriveKey(purpose: string, bytes = 32) {
  return Buffer.from(hkdfSync('sha256', config.appSecret, 'latchkey', purpose, bytes));
}

/** A steady value that only the holder of `APP_SECRET` can compute. */
export const keyedDigest = (purpose: string, text: string) =>
  createHmac('sha256', deriveKey(purpose)).update(text).digest();

/** Bytes encrypted and authenticated (AES-256-GCM), bound to what they are for; `keyId` names the key beside them. */
export function encrypt(purpose: string, plain: Uint8Array) {
  const key = deriveKey(purpose);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { keyId: idOfKey(key), sealed: new Uint8Array(sealed) };
}

/** Decrypts what `encrypt` sealed; nothing when it was sealed with another key, throws when it was tampered with. */
export function decrypt(purpose: string, { keyId, sealed }: { keyId: string; sealed: Uint8Array }) {
  const key = deriveKey(purpose);
  if (keyId !== idOfKey(key)) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
}

/** Names the key that `encrypt` uses now. */
export const currentKeyId = (purpose: string) => idOfKey(deriveKey(purpose));

const idOfKey = (key: Buffer) => createHash('sha256').update(key).digest('hex').slice(0, 8);
