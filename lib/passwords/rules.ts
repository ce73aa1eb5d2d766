import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import { lazy } from '@/lib/lazy';

/** Long enough to be the only factor (NIST SP 800-63B-4 §3.1.1.2), counted in code points. */
export const SHORTEST_PASSWORD = 15;
const LONGEST_PASSWORD = 256;
const SHORTEST_REMAINDER = 8;

/** What can be wrong with a new password; each has its own sentence: the reason is always said (requirement F2). */
export const passwordProblems = [
  'password_too_short',
  'password_too_long',
  'password_not_text',
  'password_common',
  'password_about_you',
  'password_pattern',
] as const;

type PasswordProblem = (typeof passwordProblems)[number];

/** The one form in which a password is kept and compared: NFC, otherwise exactly as it was typed (requirement F3). */
export const normalizePassword = (password: string) => password.normalize('NFC');

/** Says what is wrong with a new password, or nothing. `context` are words an attacker would try: name, address, product. */
export function checkNewPassword(password: string, context: string[]): PasswordProblem | undefined {
  const normal = normalizePassword(password);
  const length = [...normal].length;
  if (/[\p{Cc}\p{Cs}]/u.test(normal)) return 'password_not_text';
  if (length < SHORTEST_PASSWORD) return 'password_too_short';
  if (length > LONGEST_PASSWORD) return 'password_too_long';

  if (withoutWords(normal, words(context)).length < SHORTEST_REMAINDER) return 'password_about_you';
  const { score, sequence } = estimator().check(normal.slice(0, 100), words(context));
  if (score >= 3) return undefined;
  const longest = sequence.toSorted((a, b) => b.token.length - a.token.length)[0];
  if (longest?.pattern !== 'dictionary') return 'password_pattern';
  return (longest as { dictionaryName?: string }).dictionaryName === 'userInputs'
    ? 'password_about_you'
    : 'password_common';
}

/** What remains of a password when everything an attacker knows of its owner is taken out. */
const withoutWords = (password: string, known: string[]) =>
  known.reduce((remainder, word) => remainder.replaceAll(word.toLowerCase(), ''), password.toLowerCase());

const words = (context: string[]) =>
  context.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);

const estimator = lazy(
  'password-estimator',
  () => new ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs }),
);
