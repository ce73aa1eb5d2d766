import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Run by `npm test -- --only=vercel` where the CLI can be had: it builds twice, and asks what was built. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { include: ['tests/vercel/*.test.ts'], testTimeout: 900_000, hookTimeout: 1_200_000 },
});
