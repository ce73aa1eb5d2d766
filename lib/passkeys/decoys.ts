import { timingSafeEqual } from 'node:crypto';
import { keyedDigest } from '@/lib/crypto';
import type { Descriptor } from './options';

// Lengths and transports as real providers have them.
const looks = [
  { bytes: 16, transports: ['hybrid', 'internal'] },
  { bytes: 20, transports: ['hybrid', 'internal'] },
  { bytes: 32, transports: ['internal'] },
  { bytes: 64, transports: ['nfc', 'usb'] },
] as const;
const MARK = 8;

/**
 * Passkeys for an address that has none: the same ones every time, of the look of real ones, so that asking tells
 * nobody who has an account (WebAuthn §14.6.2).
 */
export function decoysFor(email: string): Descriptor[] {
  const seed = keyedDigest('decoy-look', email);
  const howMany = seed[0]! % 4 === 0 ? 2 : 1;
  return Array.from({ length: howMany }, (_, index) => {
    const look = looks[seed[index + 1]! % looks.length]!;
    const body = keyedDigest('decoy-body', `${email} ${index}`);
    const bytes = Buffer.concat([body, keyedDigest('decoy-body', `${email} ${index} more`)]).subarray(
      0,
      look.bytes - MARK,
    );
    return {
      credentialId: Buffer.concat([bytes, markOf(bytes)]).toString('base64url'),
      transports: [...look.transports],
    };
  });
}

/** Recognises an invented id, so that an answer with it is refused as if a real passkey had answered wrongly. */
export function isDecoy(credentialId: string) {
  const bytes = Buffer.from(credentialId, 'base64url');
  if (!looks.some((look) => look.bytes === bytes.length)) return false;
  return timingSafeEqual(bytes.subarray(-MARK), markOf(bytes.subarray(0, -MARK)));
}

const markOf = (bytes: Buffer) => keyedDigest('decoy-mark', bytes.toString('base64url')).subarray(0, MARK);
