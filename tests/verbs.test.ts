import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const verbs = [...readFileSync('CONTRIBUTING.md', 'utf8').matchAll(/^\| ((?:`[a-z]+`(?:, )?)+) \|/gm)].flatMap(
  ([, cell]) => [...cell!.matchAll(/[a-z]+/g)].map(([verb]) => verb),
);

/** Functions that are named for what they answer, like a property of something. */
const nouns = new Set([
  'afterResponse',
  'decoysFor',
  'grantNow',
  'guardedFetch',
  'interactionAt',
  'missingAuthentication',
  'missingFrom',
  'originOfSecondFactor',
  'pageRequestContext',
  'pairwiseIdentifier',
  'posted',
  'provider',
  'publishedKids',
  'readable',
  'readiness',
  'signingBrowser',
  'steadyDigest',
  'subjectFor',
  'typedForAnotherBuild',
]);

const exported = (text: string) =>
  [
    ...text.matchAll(
      /^export async function\*? (\w+)|^export const (\w+)(?:: [^=\n]+)? = (?:cache\()?async |^export function (\w+)\([^)]*\): Promise/gm,
    ),
  ].map(([, ...names]) => names.find(Boolean)!);
const verbOf = (name: string) => name.match(/^[a-z]+/)?.[0] ?? name;

test('what lib exports and what takes time begins with a verb of the table in CONTRIBUTING', () => {
  const names = globSync('lib/**/*.ts')
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => exported(readFileSync(file, 'utf8')).map((name) => ({ file, name })));
  expect(verbs.length).toBeGreaterThan(50);
  expect(names.length).toBeGreaterThan(150);
  expect(names.filter(({ name }) => !verbs.includes(verbOf(name)) && !nouns.has(name))).toEqual([]);
  const used = new Set(names.map(({ name }) => name));
  expect([...nouns].filter((name) => !used.has(name))).toEqual([]);
});

test('a function that begins with no verb of the table is found', () => {
  expect(exported('export async function fetchNoted() {}\nexport const keptBy = async () => 1;')).toEqual([
    'fetchNoted',
    'keptBy',
  ]);
  expect(verbs).not.toContain('fetch');
});
