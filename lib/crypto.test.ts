import { expect, test } from 'vitest';
import { config } from '@/lib/config';
import { deriveKeys, hashToken, randomToken } from '@/lib/crypto';
import { lazy } from '@/lib/lazy';
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

test('what is lazy is made on first use, once a process, whichever copy of a module asks', () => {
  let made = 0;
  const make = () =>
    lazy('made-in-a-test', () => ({
      number: ++made,
      self() {
        return this;
      },
    }));
  const [one, two] = [make(), make()];
  expect(made).toBe(0);
  expect([one.number, two.number, one.self() === two.self()]).toEqual([1, 1, true]);
  expect(made).toBe(1);
});

test('what could not be made is tried again at the next use', () => {
  let tries = 0;
  const value = lazy<{ tries: number }>('made-at-second-try', () => {
    tries += 1;
    if (tries === 1) throw new Error('not yet');
    return { tries };
  });
  expect(() => value.tries).toThrow('not yet');
  expect(value.tries).toBe(2);
});
