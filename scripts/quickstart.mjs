// `npm run quickstart`: from a fresh clone to a running server. Node's own modules only.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { duration, ensureBuilt, ensureInstalled, nodeBinary, production, root, tool } from './prepare.mjs';

const readyWithin = 120_000;
const address = publicUrl();
const port = listeningPort(address);
/** Only this machine can be meant by "localhost", so only this machine may connect. */
const host = /(^|\.)localhost$/.test(address.hostname) ? '127.0.0.1' : '0.0.0.0';

try {
  await requireFreePort();
  await ensureInstalled();
  await ensureBuilt();
  await serve();
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}

async function serve() {
  console.log('Starting …');
  const start = performance.now();
  const args = [tool('next'), 'start', '--hostname', host, '--port', String(port)];
  // Its own process group, so that Ctrl-C reaches it once, through us.
  const server = spawn(nodeBinary(), args, {
    cwd: root,
    env: production(),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const output = watch(server.stdout);
  stopTogether(server);

  if (!(await ready(server))) return;
  console.log(`Ready after ${duration(performance.now() - start)}`);
  console.log(welcome(output.setupLink));
}

/** Passes the server's output on and remembers the setup link, which scrolls away otherwise. */
function watch(stream) {
  const seen = { setupLink: undefined };
  let line = '';
  stream.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    line = (line + text).slice(-10_000);
    seen.setupLink = line.match(/^setup link: (\S+)\s*$/m)?.[1] ?? seen.setupLink;
  });
  return seen;
}

/** Stops the server when we are stopped and ends as it ends: its exit code is ours, unless we were asked to stop. */
function stopTogether(server) {
  let asked = false;
  const stop = () => {
    asked = true;
    server.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  // npm hands signals to a shell that dies of them without telling us; then we have another parent.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 500).unref();
  server.on('error', (error) => console.error(error.message));
  server.on('close', (code) => process.exit(asked ? 0 : (code ?? 1)));
}

async function ready(server) {
  const deadline = performance.now() + readyWithin;
  while (performance.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  console.error(`The server is not ready after ${readyWithin / 1000} seconds; its messages above say why.`);
  server.kill('SIGTERM');
  return false;
}

function welcome(setupLink) {
  const lines = [`Latchkey is running at ${address.origin}`];
  if (setupLink) lines.push('', 'Make the first administrator (this link works once):', setupLink);
  return ['', ...lines, '', 'Ctrl-C stops it.', ''].map((line) => (line ? `  ${line}` : '')).join('\n');
}

function publicUrl() {
  const value = setting('PUBLIC_URL') || 'http://localhost:3000';
  if (URL.canParse(value)) return new URL(value);
  console.error(`PUBLIC_URL is not an address: ${value}`);
  process.exit(1);
}

/** Behind a proxy that speaks https there is no port in the address: PORT, or 3000. */
function listeningPort({ protocol, port: inAddress }) {
  return Number(setting('PORT') || inAddress || (protocol === 'http:' ? 80 : 3000));
}

/** The same files in the same order as Next.js reads them. */
function setting(name) {
  if (process.env[name]) return process.env[name];
  for (const file of ['.env.production.local', '.env.local', '.env.production', '.env']) {
    if (!existsSync(join(root, file))) continue;
    const value = parseEnv(readFileSync(join(root, file), 'utf8'))[name];
    if (value) return value;
  }
}

/** Asked first, because a taken port would be found out only after minutes of installing. */
function requireFreePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', ({ code }) => {
      const why = code === 'EACCES' ? 'may not be used by this user' : 'is taken by another program';
      const other = `PUBLIC_URL=http://localhost:${port + 1} npm run quickstart`;
      reject(new Error(`Port ${port} ${why}. Stop that program, or choose another port:\n  ${other}`));
    });
    probe.listen(port, host, () => probe.close(resolve));
  });
}
