import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { config } from '@/lib/config';

/** A random value of this many bytes as base64url; 32 bytes is what every secret of ours has. */
export const randomToken = (bytes = 32) => randomBytes(bytes).toString('base64url');

/** SHA-256 as base64url: how a random token is kept, so that a leaked table opens nothing. */
export const hashToken = (token: string) => createHash('sha256').update(token).digest('base64url');

/** A key of its own for every purpose, derived from `APP_SECRET` (HKDF, RFC 5869). */
export function deriveKey(purpose: string, bytes = 32) {
  return Buffer.from(hkdfSync('sha256', config.appSecret, 'latchkey', purpose, bytes));
}

/** A steady value that only the holder of `APP_SECRET` can compute. */
export const keyedDigest = (purpose: string, text: string) =>
  createHmac('sha256', deriveKey(purpose)).update(text).digest();
