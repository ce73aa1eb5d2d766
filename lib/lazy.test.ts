import { types } from 'node:util';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { config, parseConfig } from '@/lib/config';
import { lazy, lazyProperties } from '@/lib/lazy';
import { log } from '@/lib/log';
import { withSettings } from '@/tests/setup/settings';

test('what is lazy is made on first use, once a process, whichever copy of a module asks', () => {
  let made = 0;
  const make = () => lazy('made-in-a-test', () => ({ number: ++made }));
  const [one, two] = [make(), make()];
  expect(made).toBe(0);
  expect([one().number, two().number, one() === two()]).toEqual([1, 1, true]);
  expect(made).toBe(1);
});

test('what could not be made is tried again at the next use', () => {
  let tries = 0;
  const value = lazy<{ tries: number }>('made-at-second-try', () => {
    tries += 1;
    if (tries === 1) throw new Error('not yet');
    return { tries };
  });
  const object = lazyProperties(value, ['tries']);
  expect(() => object.tries).toThrow('not yet');
  expect(object.tries).toBe(2);
});

test('config, db and log are plain objects: a copy of one has what it has', async () => {
  await withSettings({}, () => expect({ ...config }).toEqual(parseConfig(process.env)));
  expect(Object.keys(config)).toEqual(Object.keys(parseConfig(process.env)));
  for (const object of [config, db, log]) expect(types.isProxy(object)).toBe(false);
  const { error } = { ...log };
  expect(() => error('a method that is taken out of the log still logs')).not.toThrow();
  expect(Object.keys(db)).toContain('select');
});
