// The one process of Latchkey: npm start, npm run dev, quickstart, the example, the browser tests and the image run it.
import './node-version.mjs';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import nextEnv from '@next/env';
import { openDoor } from './http-door.mjs';
import { whereLatchkeyIs } from './where.mjs';
import { withoutBlankPages } from './where-nothing-is.mjs';

/** Less than the ten seconds after which Docker kills. */
const LONGEST_STOP = 9_000;

const { values: given } = parseArgs({
  options: {
    dev: { type: 'boolean', default: false },
    // npm puts a shell between itself and us, which dies of a signal without passing it on.
    'ends-with-parent': { type: 'boolean', default: false },
    hostname: { type: 'string', short: 'H' },
    port: { type: 'string', short: 'p' },
  },
});

// As the first process of a container we would not be ended by a signal that we do not take.
let stop = () => process.exit(0);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop());
const parent = process.ppid;
if (given['ends-with-parent']) setInterval(() => process.ppid !== parent && stop(), 250).unref();

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
  const where = whereLatchkeyIs({ ...process.env, PORT: given.port ?? process.env.PORT });
  if (!given.dev) readBuild(dir);

  // `lib/front-door` opens it when the configuration is good and the database up to date; what fails ends the process.
  const opened = new Promise((open) => {
    globalThis[Symbol.for('latchkey.entry')] = { open };
  });
  // Where Next.js asks itself for the page that an action leads to.
  process.env.__NEXT_PRIVATE_ORIGIN = `http://127.0.0.1:${where.port}`;
  const { default: next } = await import('next');
  // Given the server itself, Next.js would take upgrades there, and leave connections open for ever.
  const httpServer = given.dev ? undefined : createServer();
  const app = next({ dev: given.dev, dir, hostname: 'localhost', port: where.port, httpServer });
  await app.prepare();
  const handle = withoutBlankPages(app.getRequestHandler());
  const { meet, isOurs, close } = await opened;

  const door = openDoor(async (request, response) => {
    const met = await meet(request, response);
    if (met) await handle(met, response);
  });
  // Elsewhere nothing is upgraded to, and Node.js answers as if it had not been asked for.
  if (given.dev) door.server.on('upgrade', (request, socket) => isOurs(request) || socket.destroy());
  await door.listen(where.port, given.hostname ?? where.host);
  console.log(`Latchkey listens on ${given.hostname ?? where.host ?? 'every interface'}, port ${where.port}`);

  let stopping = false;
  stop = async () => {
    if (stopping) return; // Ctrl-C comes twice: from the terminal, and from npm
    stopping = true;
    setTimeout(() => {
      console.error('Some requests did not end in time and were cut.');
      process.exit(1);
    }, LONGEST_STOP);
    if (given.dev) door.server.closeAllConnections();
    await door.close();
    await app.close(); // waits for what is done after an answer
    await close();
    process.exit(0);
  };
}

/** The standalone output has its configuration in it, and no file for it. */
function readBuild(dir) {
  try {
    const { config } = JSON.parse(readFileSync(join(dir, '.next', 'required-server-files.json'), 'utf8'));
    if (config.output === 'standalone') process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
  } catch (cause) {
    throw new Error('There is nothing built to serve: npm run build makes it.', { cause });
  }
}
