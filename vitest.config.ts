import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** What every test is told; a developer's own settings must not change a result. */
const env = {
  PUBLIC_URL: 'http://localhost:3000',
  APP_SECRET: 'a secret for tests that is long enough',
  LOG_LEVEL: 'silent',
  DATABASE_URL: '',
  TZ: 'UTC',
};

const onDatabase = (name: 'pglite' | 'postgres') => ({
  extends: true as const,
  test: { name, setupFiles: ['tests/setup/each-file.ts'], globalSetup: ['tests/setup/global-setup.ts'] },
});

export default defineConfig({
  resolve: {
    alias: [
      { find: /^server-only$/, replacement: path('./tests/setup/empty.ts') },
      { find: /^@\//, replacement: path('./') },
    ],
  },
  test: {
    env,
    include: ['{app,components,db,extensions,lib,tests}/**/*.test.{ts,tsx}', '*.test.ts'],
    exclude: ['tests/e2e/**', 'tests/vercel/**', 'node_modules/**'],
    projects: [onDatabase('pglite'), onDatabase('postgres')],
    maxWorkers: 2,
    slowTestThreshold: 3_000,
    // A process for each file would spend most of its time on compiling PGlite once more.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
