import { randomInt } from 'node:crypto';
import { hashSecret } from '@/lib/password-hash';
import { ok } from '@/lib/result';

const RECOVERY_CODES = 10;

// Crockford's alphabet without what is easily misread; 5 bits a character.
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const SELECTOR = 4;
const SECRET = 14;

type RecoveryCode = { selector: string; secret: string };

/** A new code: a selector that finds its row, and 70 random bits that only its hash remembers (requirement F8). */
const newRecoveryCode = (): RecoveryCode => ({ selector: random(SELECTOR), secret: random(SECRET) });

/** As it is shown, printed and typed: `k7p2-x9qa3mt-c4w8n5r`. */
const formatRecoveryCode = ({ selector, secret }: RecoveryCode) =>
  `${selector}-${secret.slice(0, 7)}-${secret.slice(7)}`;

/** Reads a code as people type it: any case, spaces or dashes anywhere, o for 0, i and l for 1. */
export function parseRecoveryCode(text: string): RecoveryCode | undefined {
  const plain = text.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
  if (plain.length !== SELECTOR + SECRET || [...plain].some((character) => !alphabet.includes(character)))
    return undefined;
  return { selector: plain.slice(0, SELECTOR), secret: plain.slice(SELECTOR) };
}

const random = (length: number) => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** Ten new codes, as rows with their hashes and as they are shown; refuses as `busy` when too many wait to be hashed. */
export async function makeRecoveryCodes() {
  // A selector finds one code of a person, so no two have the same.
  const distinct = new Map<string, RecoveryCode>();
  while (distinct.size < RECOVERY_CODES) {
    const code = newRecoveryCode();
    distinct.set(code.selector, code);
  }
  const codes = [...distinct.values()];
  const rows: { selector: string; hash: string }[] = [];
  for (const { selector, secret } of codes) {
    const hashed = await hashSecret(secret);
    if (!hashed.ok) return hashed;
    rows.push({ selector, hash: hashed.value });
  }
  return ok({ rows, shown: codes.map(formatRecoveryCode) });
}
