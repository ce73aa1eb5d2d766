import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig, devices } from '@playwright/test';
import { findChromium } from './scripts/chromium.mjs';
import { freePort } from './tests/setup/free-port';

// This file is read again in every worker, which must find the server that the first reading chose.
process.env.E2E_PORT ??= String(await freePort());
process.env.E2E_LATER_PORT ??= String(await freePort());
process.env.E2E_EXAMPLE_PORT ??= String(await freePort());
process.env.E2E_APACHE_PORT ??= String(await freePort());
process.env.E2E_DIR ??= join(tmpdir(), `latchkey-e2e-${randomUUID()}`);
process.env.E2E_CLOCK ??= join(process.env.E2E_DIR, 'clock');
const { E2E_PORT: port, E2E_LATER_PORT: laterPort, E2E_DIR: folder, E2E_CLOCK: clock } = process.env;
const examplePort = process.env.E2E_EXAMPLE_PORT;

/** Quiet, and without the look-ups of a browser that somebody owns. */
const chromiumFlags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

const registered = `"${process.execPath}" node_modules/tsx/dist/cli.mjs --conditions=react-server scripts/example-client.ts http://localhost:${examplePort} http://localhost:${process.env.E2E_APACHE_PORT}`;

/** A production server on a database of its own; `node` are options for the runtime, `first` is done before it starts. */
const server = (name: string, port: string | undefined, node = '', first = 'true') => ({
  command: `mkdir -p "${folder}" && echo 0 > "${clock}" && ${first} && exec "${process.execPath}" ${node} scripts/server.mjs > "${join(folder, `${name}.log`)}" 2>&1`,
  url: `http://127.0.0.1:${port}/readyz`,
  timeout: 120_000,
  gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 } as const,
  // An empty value is an unset one, and stays so whatever a developer's .env says.
  env: {
    NODE_ENV: 'production',
    PUBLIC_URL: `http://localhost:${port}`,
    DATA_DIR: join(folder, name),
    RATE_LIMIT_SCALE: '1000',
    SIGN_UP: 'open',
    APP_SECRET: '',
    DATABASE_URL: '',
    SMTP_URL: '',
    TRUSTED_PROXIES: '',
    PRIVATE_CLIENTS: `localhost:${examplePort}`,
    WEBAUTHN_RP_ID: '',
    WEBAUTHN_RP_ORIGIN: '',
    CLOCK_FILE: clock,
  },
});

/** The example app, which finds in the first server's folder what was registered for it. */
const example = {
  command: `exec "${process.execPath}" --env-file="${join(folder, 'server', 'example.env')}" examples/relying-party/server.mjs > "${join(folder, 'example.log')}" 2>&1`,
  url: `http://127.0.0.1:${examplePort}`,
  env: { PORT: examplePort ?? '' },
};

export default defineConfig({
  testDir: 'tests/e2e',
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  // A net, not a cure: `npm test` names each test that needed it.
  retries: process.env.CI ? 1 : 0,
  // For a machine that does other things besides; what waits for one thing has less.
  timeout: 180_000,
  expect: { timeout: 15_000 },
  use: {
    ...devices['Desktop Chrome'],
    baseURL: `http://localhost:${port}`,
    actionTimeout: 30_000,
    navigationTimeout: 30_000,
    launchOptions: { executablePath: findChromium(), args: chromiumFlags },
    // Not of the first try, which it would slow down; `--trace=on` keeps one of every try.
    trace: 'on-first-retry',
  },
  projects: [
    { name: 'setup', testMatch: 'setup.spec.ts' },
    { name: 'chromium', testIgnore: 'setup.spec.ts', dependencies: ['setup'] },
  ],
  webServer: [
    server('server', port, '', registered),
    server('later', laterPort, '--import ./tests/e2e/clock.mjs'),
    example,
  ],
});
