// After `next build`: an empty database for the embedded Postgres, which is copied where it starts for the first time.
// Making one takes a gigabyte of memory, which the machine that builds has and the one that serves need not have.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { root } from './prepare.mjs';

const folder = join(root, '.next', 'embedded');
if (!process.env.VERCEL) {
  rmSync(folder, { recursive: true, force: true });
  const database = await PGlite.create(folder);
  await database.close();
}
