// `npm run bench:scale -- 1000 100000`: what each statement reads beside so many passkeys. Node's own modules only.
import { ensureInstalled, nodeBinary, run, tool } from '../scripts/prepare.mjs';

const sizes = process.argv.slice(2).map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 1_000 || size > 10_000_000)) {
  console.error('Give numbers of passkeys from 1000 to 10000000: npm run bench:scale -- 1000 100000');
  process.exit(1);
}
await ensureInstalled();
const env = {
  ...process.env,
  VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true',
  SCALE_SIZES: (sizes.length ? sizes : [1_000, 100_000]).join(),
};
const measure = [tool('vitest'), 'run', '--config', 'bench/scale/vitest.config.ts', '--reporter', 'dot'];
process.exitCode = (await run(nodeBinary(), measure, { live: true, env })).code;
