import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { config } from '@/lib/config';
import { startProcess } from '@/tests/setup/process';
import { checkMemory, keepToOurselves, LEAST_MEMORY } from './embedded';

const parent = mkdtempSync(join(tmpdir(), 'latchkey-embedded-'));
chmodSync(parent, 0o777);
afterAll(() => rmSync(parent, { recursive: true }));
const modeOf = (folder: string) => statSync(folder).mode & 0o777;

test('the folder of the embedded database is ours alone, also one that was open before', () => {
  const made = join(parent, 'made');
  keepToOurselves(made);
  expect(modeOf(made)).toBe(0o700);
  chmodSync(made, 0o755);
  keepToOurselves(made);
  expect(modeOf(made)).toBe(0o700);
});

test.runIf(process.getuid?.() === 0)(
  'a folder of somebody else is refused where everybody may enter it, and no other',
  () => {
    const foreign = join(parent, 'foreign');
    mkdirSync(foreign);
    const asNobody = (mode: number) => {
      chmodSync(foreign, mode);
      process.seteuid?.(65_534);
      try {
        keepToOurselves(foreign);
      } finally {
        process.seteuid?.(0);
      }
    };
    expect(() => asNobody(0o755)).toThrow(/^Latchkey cannot start: everybody on this machine may enter .*foreign/);
    expect(() => asNobody(0o770)).not.toThrow();
  },
);

test('too little memory is refused with a sentence before anything is opened', () => {
  for (const limit of [undefined, 0, 512 * 1024 ** 2, 2 ** 63]) expect(() => checkMemory(limit)).not.toThrow();
  expect(() => checkMemory(511 * 1024 ** 2)).toThrow(
    /^Latchkey cannot start: the embedded database needs 512 MB .* may use 511 MB\./,
  );
});

test.skipIf(config.databaseUrl)('opening it takes less memory than is asked for', { timeout: 60_000 }, async () => {
  const DATA_DIR = join(parent, 'measured');
  cpSync((inject('template') as { folder: string }).folder, DATA_DIR, { recursive: true });
  const opening = await startProcess({ DATA_DIR });
  await opening.ask('migrate');
  expect(await opening.ask('peakMemory')).toBeLessThan(LEAST_MEMORY);
  await opening.stop();
});
