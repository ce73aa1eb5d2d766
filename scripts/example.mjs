// `npm run example`: Latchkey and an app that signs people in with it, from a fresh clone. Node's own modules only.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ensureBuilt, ensureInstalled, mustRun, nodeBinary, production, root, step, tool } from './prepare.mjs';
import { ready, requireFreePort, say, serve, serveLatchkey, serverAddress, settings } from './serve.mjs';

try {
  const latchkey = serverAddress();
  if (!latchkey.local) throw new Error(`The example is for localhost; PUBLIC_URL is ${latchkey.origin}.`);
  const { EXAMPLE_PORT = 4000, PRIVATE_CLIENTS = '', DATA_DIR = '.data' } = settings();
  const example = { host: '127.0.0.1', port: Number(EXAMPLE_PORT), origin: `http://localhost:${EXAMPLE_PORT}` };

  await requireFreePort(latchkey, `PUBLIC_URL=http://localhost:${latchkey.port + 1} npm run example`);
  await requireFreePort(example, `EXAMPLE_PORT=${example.port + 1} npm run example`);
  await ensureInstalled();
  await ensureBuilt();
  await step('Registering the example', () => register(example));

  // Back-channel logout goes to https addresses; http is allowed for this app, which is on the same machine.
  const reachable = [PRIVATE_CLIENTS, `localhost:${example.port}`].filter(Boolean).join();
  const { setupLink } = await serveLatchkey(latchkey, { PRIVATE_CLIENTS: reachable });
  await serveExample(example, resolve(root, DATA_DIR, 'example.env'));
  welcome(latchkey, example, setupLink);
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}

/** A process of its own, which ends before the server starts: the embedded database is open to one process at a time. */
function register({ origin }) {
  const args = [tool('tsx'), '--conditions=react-server', 'scripts/example-client.ts', origin];
  return mustRun(nodeBinary(), args, { env: { ...production(), ...settings() } });
}

async function serveExample({ port }, file) {
  const env = { ...process.env, ...parseEnv(readFileSync(file, 'utf8')) };
  const { server } = serve(['examples/relying-party/server.mjs'], env);
  await ready(`http://127.0.0.1:${port}/`, server);
}

function welcome(latchkey, example, setupLink) {
  const first = ['1. Make yourself the administrator; this link works once:', `   ${setupLink}`];
  const press = `Open ${example.origin} and press "Sign in with Latchkey".`;
  say(
    `Latchkey     ${latchkey.origin}`,
    `Example app  ${example.origin}`,
    '',
    ...(setupLink ? [...first, `2. ${press}`] : [press]),
    '',
    ...newcomers(latchkey, setupLink),
    'Ctrl-C stops both.',
  );
}

/** How to make an account, where sign-up is open and e-mails are kept on this machine. */
function newcomers({ origin }, setupLink) {
  const { SIGN_UP = 'open', SMTP_URL } = settings();
  if (SIGN_UP !== 'open' || SMTP_URL) return [];
  const how = 'choose "Create an account" on the way. The letter with its link';
  return [`${setupLink ? 'Or leave out step 1 and' : 'Without an account,'} ${how}`, `is at ${origin}/outbox.`, ''];
}
