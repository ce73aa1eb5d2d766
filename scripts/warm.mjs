// For the image: starts Latchkey once on a database that is thrown away, which leaves .next/compile-cache. Node's own modules only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const DATA_DIR = mkdtempSync(join(tmpdir(), 'latchkey-'));
const origin = 'http://localhost:3000';
const server = spawn(process.execPath, ['--max-semi-space-size=8', join(import.meta.dirname, 'server.mjs')], {
  env: {
    ...process.env,
    PUBLIC_URL: origin,
    PORT: '3000',
    DATA_DIR,
  },
  stdio: ['ignore', 'ignore', 'inherit'],
});
const ended = once(server, 'exit');
const status = (path) =>
  fetch(origin + path).then(
    (answer) => answer.text().then(() => answer.status),
    () => 0,
  );
while (server.exitCode === null && (await status('/readyz')) !== 200) await sleep(100);
const page = await status('/sign-in');
server.kill('SIGTERM');
const [code] = await ended;
rmSync(DATA_DIR, { recursive: true });
if (page !== 200 || code !== 0) throw new Error(`It answered ${page} and ended with ${code}.`);
