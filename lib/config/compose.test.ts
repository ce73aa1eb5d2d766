import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileBacked } from './files';

const compose = readFileSync('compose.yaml', 'utf8');

test.each(fileBacked)('compose.yaml mounts the file of %s where the container looks for it', (name) => {
  const secret = name.toLowerCase();
  expect(compose).toContain(`${name}_FILE: \${${name}_FILE:+/run/secrets/${secret}}\n`);
  expect(compose).toContain(`  ${secret}:\n    file: \${${name}_FILE:-/dev/null}\n`);
  expect(compose).toMatch(new RegExp(`secrets: \\[.*\\b${secret}\\b.*\\]`));
});

test('compose.yaml starts without a Postgres of its own, and hands over the one that is given', () => {
  expect(compose).toMatch(/ {2}db:\n {4}profiles: \[postgres\]/);
  expect(compose).toContain('DATABASE_URL: ${DATABASE_URL:-');
  expect(compose).toMatch(/condition: service_healthy\n +required: false/);
});
