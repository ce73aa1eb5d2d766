import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Each *must* that no test names, with the reason. */
const untested: Record<string, string> = {
  D12: 'An AAGUID is read by `lib/passkeys/providers.ts` for a name and a picture alone: there is no decision to test.',
  E4: 'Chromium’s virtual authenticator makes no passkey without a dialog; the half of the server is A19.',
  I17: 'Nothing is exported as CSV.',
};

const thisFile = 'tests/requirements.test.ts';
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.(tsx?|mjs|md)$/.test(file));
const isTest = (file: string) => /\.(test|spec)\.ts$|^tests\/(e2e|vectors|conformance)\//.test(file);

const read = (file: string) => readFileSync(file, 'utf8');
const requirements = new Map(
  [...read('docs/requirements.md').matchAll(/^\| ((?:MA|[A-NT])\d+) \| (?:([MSO]) \|)?/gm)].map(([, id, level]) => [
    id!,
    level,
  ]),
);

/** Some numbers (`A5`, `A5 to A7`, `C2, C4 and C6`) where they are marked as such: a test's title, or the word before them. */
const several = String.raw`((?:MA|[A-NT])\d{1,2}(?:(?:, | and | to )(?:MA|[A-NT])\d{1,2})*)`;
const inTitle = new RegExp(`['"(]${several}(?=[:,)'])`, 'g');
const afterTheWord = new RegExp(String.raw`[Rr]equirements?[\s*]+${several}`, 'g');

function numbersIn(text: string, pattern: RegExp) {
  return [...text.matchAll(pattern)].flatMap(([, all]) =>
    all!.split(/, | and /).flatMap((part) => {
      const [first, last = first] = part.split(' to ');
      const letters = first!.replace(/\d+/, '');
      const [from, to] = [first, last].map((id) => Number(id!.replace(/\D+/, '')));
      return Array.from({ length: to! - from! + 1 }, (_, index) => `${letters}${from! + index}`);
    }),
  );
}

const cited = files
  .filter((file) => file !== 'docs/requirements.md' && file !== thisFile)
  .flatMap((file) => {
    const numbers = numbersIn(read(file), afterTheWord);
    if (isTest(file)) numbers.push(...numbersIn(read(file), inTitle));
    return numbers.map((id) => ({ id, file }));
  });

test('every requirement that is cited stands in the document', () => {
  expect(requirements.size).toBeGreaterThan(200);
  expect(cited.filter(({ id }) => !requirements.has(id))).toEqual([]);
});

test('every must is named by a test, or it is said why not', () => {
  const named = new Set(cited.filter(({ file }) => isTest(file)).map(({ id }) => id));
  const musts = [...requirements].filter(([, level]) => level === 'M').map(([id]) => id);
  expect(musts.filter((id) => !named.has(id)).sort()).toEqual(Object.keys(untested).sort());
});

test('the rules fire', () => {
  expect(numbersIn(`test('A5 to A7, MA2: a title')`, inTitle)).toEqual(['A5', 'A6', 'A7', 'MA2']);
  expect(numbersIn(`a title (H5, H26)`, inTitle)).toEqual(['H5', 'H26']);
  expect(numbersIn('as requirements X1 and N3 want', afterTheWord)).toEqual([]);
  expect(numbersIn('(requirement N99)', afterTheWord)).toEqual(['N99']);
});
