import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { localSecrets } from './files';

const parent = mkdtempSync(join(tmpdir(), 'latchkey-files-'));
chmodSync(parent, 0o777);
afterAll(() => rmSync(parent, { recursive: true }));
const modeOf = (path: string) => statSync(path).mode & 0o777;

test('the folder of the secret is ours alone, and a secret that others could read is closed at the next start', () => {
  const folder = join(parent, 'data');
  const made = localSecrets(folder);
  expect(modeOf(folder)).toBe(0o700);
  chmodSync(join(folder, 'app-secret'), 0o644);
  expect(localSecrets(folder)).toEqual(made);
  expect(modeOf(join(folder, 'app-secret'))).toBe(0o600);
});

test.runIf(process.getuid?.() === 0)('a secret of somebody else that everybody may read is refused', () => {
  const folder = join(parent, 'foreign');
  localSecrets(folder);
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'app-secret'), 0o644);
  process.seteuid?.(65_534);
  try {
    expect(() => localSecrets(folder)).toThrow(/everybody on this machine may read .*app-secret.*chown/);
  } finally {
    process.seteuid?.(0);
  }
});
