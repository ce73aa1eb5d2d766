// The commands as one file beside the standalone server, whose packages they share; for the image, which has no tsx.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import next from '../next.config.mjs';
import { root } from './prepare.mjs';

await build({
  absWorkingDir: root,
  entryPoints: ['scripts/latchkey.ts'],
  outfile: join('.next', 'standalone', 'latchkey.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  tsconfig: 'scripts/tsconfig.json',
  // The packages that the build of Next.js leaves out too, and native modules.
  external: [...next.serverExternalPackages, '@next/env', '@node-rs/argon2'],
  // Globals that CommonJS packages expect.
  banner: {
    js: `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const __dirname = import.meta.dirname;`,
  },
  logLevel: 'warning',
});

// It is loaded from the folder of the file that uses it.
copyFileSync(
  join(root, 'node_modules/@electric-sql/pglite-tools/dist/pg_dump.wasm'),
  join(root, '.next', 'standalone', 'pg_dump.wasm'),
);
