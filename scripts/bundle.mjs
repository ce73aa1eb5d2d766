// The commands as one file beside the standalone server, whose packages they share; for the image, which has no tsx.
import { copyFileSync, globSync, rmSync } from 'node:fs';
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

// What comes along and is never run: lists that the copying went by, fonts and the edge runtime of Next.js, rendering in
// browsers, CommonJS and extensions of PGlite.
const notRun = [
  '.next/**/*.{nft.json,map}',
  'node_modules/next/dist/server/capsize-font-metrics.json',
  'node_modules/next/dist/compiled/{edge-runtime,@edge-runtime/primitives,tar}',
  'node_modules/react-dom/cjs/react-dom-server*.browser.production.js',
  'node_modules/@electric-sql/pglite/dist/**/*.{cjs,cts,tar.gz}',
];
const standalone = join(root, '.next', 'standalone');
for (const path of globSync(notRun, { cwd: standalone })) rmSync(join(standalone, path), { recursive: true });
