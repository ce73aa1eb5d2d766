// After `next build`: makes an empty database for the embedded Postgres, of which each new installation begins with a copy.
// Making one takes more memory than a copy, and a small server may not have that.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { root } from './prepare.mjs';

const folder = join(root, '.next', 'embedded');
if (!process.env.VERCEL) {
  // The same as in db/embedded.ts.
  for (const flag of ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
  rmSync(folder, { recursive: true, force: true });
  const database = await PGlite.create(folder);
  await database.close();
}
