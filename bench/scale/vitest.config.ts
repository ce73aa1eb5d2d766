import { defineConfig } from 'vitest/config';
import tests from '../../vitest.config';

/** Journeys need what the tests have around them, and no database of theirs: `measure.ts` brings one. */
export default defineConfig({
  resolve: tests.resolve,
  test: {
    env: { ...tests.test?.env, RATE_LIMIT_SCALE: '1000', SMTP_URL: '' },
    include: ['bench/scale/{of-postgres,instances,measure}.ts'],
    fileParallelism: false,
    setupFiles: ['bench/scale/setup.ts'],
    testTimeout: 3 * 3_600_000,
    disableConsoleIntercept: true,
  },
});
