import { randomInt } from 'node:crypto';

// Crockford's alphabet without what is easily misread; 5 bits a character.
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const SELECTOR = 4;
const SECRET = 14;

export type RecoveryCode = { selector: string; secret: string };

/** A new code: a selector that finds its row, and 70 random bits that only its hash remembers (requirement F8). */
export const newRecoveryCode = (): RecoveryCode => ({ selector: random(SELECTOR), secret: random(SECRET) });

/** As it is shown, printed and typed: `k7p2-x9qa3mt-c4w8n5r`. */
export const formatRecoveryCode = ({ selector, secret }: RecoveryCode) =>
  `${selector}-${secret.slice(0, 7)}-${secret.slice(7)}`;

/** Reads a code as people type it: any case, spaces or dashes anywhere, o for 0, i and l for 1. */
export function parseRecoveryCode(text: string): RecoveryCode | undefined {
  const plain = text.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
  if (plain.length !== SELECTOR + SECRET || [...plain].some((character) => !alphabet.includes(character)))
    return undefined;
  return { selector: plain.slice(0, SELECTOR), secret: plain.slice(SELECTOR) };
}

const random = (length: number) => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
