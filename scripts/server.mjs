// The one process of Latchkey: npm start, npm run dev, quickstart, the example, the browser tests and the image run it.
import './node-version.mjs';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import nextEnv from '@next/env';
import { serverAddress } from './address.mjs';
import { createGracefulServer } from './graceful-server.mjs';
import { withNotFoundPage } from './not-found-response.mjs';

/** Less than the ten seconds after which Docker kills the process, in milliseconds. */
const LONGEST_STOP = 9_000;

const { values: given } = parseArgs({
  options: {
    dev: { type: 'boolean', default: false },
    // npm starts this process from a shell, which does not pass a signal on.
    'ends-with-parent': { type: 'boolean', default: false },
    hostname: { type: 'string', short: 'H' },
    port: { type: 'string', short: 'p' },
  },
});

// The first process of a container ignores a signal for which it has no handler.
let stop = () => process.exit(0);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop());
const parent = process.ppid;
if (given['ends-with-parent']) setInterval(() => process.ppid !== parent && stop(), 250).unref();

// By itself the heap grows to four times of what lives before it is cleaned (decision 0059).
setFlagsFromString('--heap-growing-percent=60');

try {
  await serve();
} catch (error) {
  console.error(error.code === 'EADDRINUSE' ? `${error.message}: another program has that port.` : error.message);
  process.exit(1);
}

async function serve() {
  const dir = dirname(import.meta.dirname);
  process.chdir(dir);
  process.env.NODE_ENV = given.dev ? 'development' : 'production';
  nextEnv.loadEnvConfig(dir, given.dev, { info: () => undefined, error: console.error });
  if (given.port) process.env.PORT = given.port;
  const address = serverAddress(process.env);
  if (!given.dev) {
    readBuild(dir);
    // Written at the end of a process; where nothing can be written, what is there is read, and nothing fails.
    enableCompileCache(join(dir, '.next', 'compile-cache'));
  }

  // `lib/front-door` calls it once the configuration is valid and the database migrated; a failure ends the process.
  const opened = new Promise((open) => {
    globalThis[Symbol.for('latchkey.entry')] = { open };
  });
  // Next.js fetches the page that an action redirects to from this address.
  process.env.__NEXT_PRIVATE_ORIGIN = `http://127.0.0.1:${address.port}`;
  const { default: next } = await import('next');
  // A server that never listens: on the real one Next.js would handle upgrades and leave connections open.
  const httpServer = given.dev ? undefined : createServer();
  const app = next({ dev: given.dev, dir, hostname: 'localhost', port: address.port, httpServer });
  await app.prepare();
  const handle = withNotFoundPage(app.getRequestHandler());
  const { meet, isOurs, close } = await opened;

  const server = createGracefulServer(async (request, response) => {
    const met = await meet(request, response);
    if (met) await handle(met, response);
  });
  // Only the development server has WebSockets; without a listener Node.js ignores the header.
  if (given.dev) server.http.on('upgrade', (request, socket) => isOurs(request) || socket.destroy());
  await server.listen(address.port, given.hostname ?? address.host);
  console.log(`Latchkey listens on ${given.hostname ?? address.host ?? 'every interface'}, port ${address.port}`);

  let stopping = false;
  stop = async () => {
    if (stopping) return; // a Ctrl-C arrives twice: from the terminal and from npm
    stopping = true;
    setTimeout(() => {
      console.error('Some requests did not end in time and were cut.');
      process.exit(1);
    }, LONGEST_STOP);
    if (given.dev) server.http.closeAllConnections();
    await server.close();
    await app.close(); // waits for work after responses
    await close();
    process.exit(0);
  };
}

/** Takes the configuration of a standalone build from it, because no configuration file comes with one. */
function readBuild(dir) {
  try {
    const { config } = JSON.parse(readFileSync(join(dir, '.next', 'required-server-files.json'), 'utf8'));
    if (config.output === 'standalone') process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
  } catch (cause) {
    throw new Error('There is nothing built to serve: npm run build makes it.', { cause });
  }
}
