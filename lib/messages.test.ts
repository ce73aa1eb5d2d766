import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from './messages';

const sources = globSync('{app,components,lib}/**/*.{ts,tsx}', { exclude: ['**/*.test.*'] })
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

test('every sentence about a field or a form is used', () => {
  const keys = [...Object.keys(catalogue.fields), ...Object.keys(catalogue.forms)];
  expect(keys.length).toBeGreaterThan(30);
  expect(keys.filter((key) => !new RegExp(`['.]${key}'`).test(sources))).toEqual([]);
});

test('every sentence of what is done belongs to an operation', () => {
  const done = Object.entries(catalogue.done).flatMap(([noun, verbs]) =>
    Object.keys(verbs).map((verb) => `${noun}.${verb}`),
  );
  expect(done.length).toBeGreaterThan(20);
  expect(done.filter((key) => !sources.includes(`name: '${key}'`) && !sources.includes(`'done.${key}'`))).toEqual([]);
});
