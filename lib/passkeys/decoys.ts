import { timingSafeEqual } from 'node:crypto';
import { steadyDigest } from '@/lib/vault';
import type { Descriptor } from './options';

// Lengths and transports as real providers have them.
const shapes = [
  { bytes: 16, transports: ['hybrid', 'internal'] },
  { bytes: 20, transports: ['hybrid', 'internal'] },
  { bytes: 32, transports: ['internal'] },
  { bytes: 64, transports: ['nfc', 'usb'] },
] as const;
const MARK = 8;

/**
 * Passkeys for an address that has none: the same ones every time, and shaped like real ones, so that asking tells
 * nobody who has an account (WebAuthn §14.6.2).
 */
export async function decoysFor(email: string): Promise<Descriptor[]> {
  const seed = await steadyDigest('decoy-look', email);
  const howMany = seed[0]! % 4 === 0 ? 2 : 1;
  const decoys = Array.from({ length: howMany }, async (_, index) => {
    const shape = shapes[seed[index + 1]! % shapes.length]!;
    const halves = [`${email} ${index}`, `${email} ${index} more`].map((text) => steadyDigest('decoy-body', text));
    const bytes = Buffer.concat(await Promise.all(halves)).subarray(0, shape.bytes - MARK);
    return {
      credentialId: Buffer.concat([bytes, await markOf(bytes)]).toString('base64url'),
      transports: [...shape.transports],
    };
  });
  return Promise.all(decoys);
}

/** Recognises an invented id, so that an answer with it is refused as if a real passkey had answered wrongly. */
export async function isDecoy(credentialId: string) {
  const bytes = Buffer.from(credentialId, 'base64url');
  if (!shapes.some((shape) => shape.bytes === bytes.length)) return false;
  return timingSafeEqual(bytes.subarray(-MARK), await markOf(bytes.subarray(0, -MARK)));
}

const markOf = async (bytes: Buffer) =>
  (await steadyDigest('decoy-mark', bytes.toString('base64url'))).subarray(0, MARK);
