// The commands as one file beside the standalone server, whose packages they share; for the image, which has no tsx.
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
  conditions: ['react-server'],
  // As for Next.js; and what is made for one kind of machine.
  external: [...next.serverExternalPackages, '@node-rs/argon2'],
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
