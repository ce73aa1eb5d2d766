import { expect, test } from 'vitest';
import { config } from '@/lib/config';
import { deriveKeys, hashToken, randomToken } from '@/lib/crypto';
import { withSettings } from '@/tests/setup/settings';

const other = { APP_SECRET: 'another secret for tests that is long enough' };

test('G1: a token is 256 random bits, new every time', () => {
  const tokens = Array.from({ length: 100 }, () => randomToken());
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test('a token is kept as its SHA-256', () => {
  expect(hashToken('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
});

test('N5: every purpose has a key of its own of every secret, and all of them hang on the secrets', async () => {
  const [key] = deriveKeys('one');
  expect(key).toHaveLength(32);
  expect(deriveKeys('one')).toEqual([key]);
  expect(deriveKeys('two')).not.toEqual([key]);
  expect(await withSettings(other, () => deriveKeys('one'))).not.toContainEqual(key);
  const both = { APP_SECRET: `${other.APP_SECRET},${config.appSecrets[0]}` };
  expect((await withSettings(both, () => deriveKeys('one')))[1]).toEqual(key);
});
