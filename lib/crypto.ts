import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { config } from '@/lib/config';

/** A random value of this many bytes as base64url; 32 bytes is what every secret of ours has. */
export const randomToken = (bytes = 32) => randomBytes(bytes).toString('base64url');

/** SHA-256 as base64url: random tokens are stored in this form, so that a leaked table opens nothing. */
export const hashToken = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Whether an `Authorization` header brings this secret as a bearer token (RFC 6750 §2.1); never where none is set. */
export function bearsToken(authorization: string | null, secret: string | undefined) {
  if (!secret) return false;
  const [received, expected] = [authorization ?? '', `Bearer ${secret}`].map((text) => Buffer.from(hashToken(text)));
  return timingSafeEqual(received as Buffer, expected as Buffer);
}

/** A key for this purpose from every secret of `APP_SECRET` (HKDF, RFC 5869): the first one seals and signs, all open. */
export const deriveKeys = (purpose: string) =>
  ofSecrets(`key ${purpose}`, () =>
    config.appSecrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, 'latchkey', purpose, 32))),
  );

const made = new WeakMap<object, Map<string, unknown>>();

/** What follows from the secrets alone, made once for them. */
export function ofSecrets<T>(name: string, make: () => T): T {
  const known = made.get(config.appSecrets) ?? new Map();
  made.set(config.appSecrets, known);
  if (!known.has(name)) known.set(name, make());
  return known.get(name);
}

/** A signature of a text for one purpose, by the first of the secrets (HMAC-SHA-256). */
export const sign = (purpose: string, text: string) => signaturesOf(purpose, text)[0]!;

/** Whether a signature is one that `sign` has given for this text, by any of the secrets. */
export function isSigned(purpose: string, text: string, signature: unknown) {
  if (typeof signature !== 'string') return false;
  const received = Buffer.from(signature);
  return signaturesOf(purpose, text).some(
    (expected) => expected.length === received.length && timingSafeEqual(Buffer.from(expected), received),
  );
}

const signaturesOf = (purpose: string, text: string) =>
  deriveKeys(purpose).map((key) => createHmac('sha256', key).update(text).digest('base64url'));
