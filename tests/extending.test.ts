import { expect, test } from 'vitest';
import { config } from '@/lib/config';
import { node } from './setup/latchkey';

// A copy with a database of its own: once is enough.
test.skipIf(config.databaseUrl)(
  'the example of docs/extending.md passes its checks as it stands, in sixty lines and two files of ours',
  { timeout: 600_000 },
  async () => {
    const built = await node(['scripts/extending.mjs'], {});
    expect(built, built.stdout.slice(-4_000)).toMatchObject({ code: 0 });
    const [, lines, files] = /(\d+) lines by hand, (\d+) files of ours\n$/.exec(built.stdout) ?? [];
    expect([Number(lines) <= 60, Number(files)]).toEqual([true, 2]);
  },
);
