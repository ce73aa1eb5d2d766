import { expect, test } from 'vitest';
import { displayName } from '@/lib/display-name';

test.each([
  ['Ada', 'Ada'],
  ['  Ada Lovelace ', 'Ada Lovelace'],
  ['e\u0301', 'é'],
  ["O'Neil-Smith, Jr.", "O'Neil-Smith, Jr."],
  ['山田 太郎', '山田 太郎'],
  ['🔑'.repeat(64), '🔑'.repeat(64)],
  ['<b>&"', '<b>&"'],
  ['I ❤️ keys', 'I ❤️ keys'],
  ['علی\u200cرضا', 'علی\u200cرضا'],
  ['می\u200cخواهم\u200cش', 'می\u200cخواهم\u200cش'],
  ['ශ්\u200dරී ලංකා', 'ශ්\u200dරී ලංකා'],
  ['क्\u200cष', 'क्\u200cष'],
  ['👩\u200d💻 Ada', '👩\u200d💻 Ada'],
  ['👨‍👩‍👧‍👦👍🏽1️⃣🇩🇪', '👨‍👩‍👧‍👦👍🏽1️⃣🇩🇪'],
  ['🏴󠁧󠁢󠁥󠁮󠁧󠁿 Eve', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 Eve'],
])('E14: %j is kept as %j', (given, kept) => {
  expect(displayName.parse(given)).toBe(kept);
});

test.each([
  ['nothing', ''],
  ['spaces', '   '],
  ['65 characters', '🔑'.repeat(65)],
  ['a line break', 'Ada\r\nBcc: eve@example.com'],
  ['NUL', 'Ada\u0000'],
  ['an escape', 'Ada\u001b[31m'],
  ['a lone high surrogate', 'Ada\ud83d'],
  ['a lone low surrogate', '\udd11Ada'],
  ['a right-to-left override', 'Ada\u202etxt.exe'],
  ['an isolate', 'Ada\u2066x\u2069'],
  ['an Arabic letter mark', 'Ada\u061c'],
  ['zero width', 'A\u200bda'],
  ['nothing but zero width', '\u200b'],
  ['a joiner between Latin letters', 'A\u200dda'],
  ['a non-joiner between Latin letters', 'A\u200cda'],
  ['a non-joiner at the end', 'علی\u200c'],
  ['a non-joiner after a letter that joins nothing', 'ا\u200cا'],
  ['two joiners', 'ශ්\u200d\u200dරී'],
  ['a joiner behind a space', 'ශ් \u200dරී'],
  ['a joiner that an emoji parts from its letter', 'ශ්👩\u200d💻\u200dරී'],
  ['a joiner behind an emoji', '👩\u200d💻\u200d Ada'],
  ['emoji joined to what nobody draws', '🔑\u200d🔒'],
  ['a byte order mark inside', 'A\ufeffda'],
  ['a line separator', 'A\u2028da'],
  ['an unassigned character', 'A\u0378'],
  ['tags', `A${String.fromCodePoint(0xe0041)}`],
  ['a soft hyphen', 'A\u00adda'],
  ['nothing but a Hangul filler', '\u3164'],
  ['nothing but a Braille blank', '\u2800'],
  ['nothing but a variation selector', '\ufe0f'],
  ['a number', 1],
  ['an array', ['Ada']],
  ['an object', { toString: () => 'Ada' }],
  ['null', null],
])('E14, I16: %s is refused', (_, given) => {
  expect(displayName.safeParse(given).success).toBe(false);
});
