import { crc32 } from 'node:zlib';
import { randomToken } from '@/lib/crypto';

const FORM = /^lk_([\w-]{43})_([0-9a-f]{8})$/;

const checksumOf = (random: string) => crc32(`lk_${random}`).toString(16).padStart(8, '0');

/** A new API key: `lk_`, 32 random bytes, and a checksum (CRC-32) by which secret scanners know a real one. */
export function newApiKey() {
  const random = randomToken();
  return `lk_${random}_${checksumOf(random)}`;
}

/** Whether a text can be an API key of ours; what cannot is never looked up. */
export function isApiKey(text: string) {
  const [, random = '', checksum] = FORM.exec(text) ?? [];
  return checksum !== undefined && checksum === checksumOf(random);
}
