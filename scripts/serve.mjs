// What quickstart and the example share: the address of Latchkey, and servers that run until they are stopped.
// Node's own modules only.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { serverAddress as addressFrom } from './address.mjs';
import { duration, nodeBinary, production, root } from './prepare.mjs';

const readyWithin = 120_000;
/** The environment files that Next.js reads, in rising precedence; the environment itself overrides them all. */
export function settings() {
  const files = ['.env', '.env.production', '.env.local', '.env.production.local'].map((name) => join(root, name));
  const present = files.filter((file) => existsSync(file)).map((file) => parseEnv(readFileSync(file, 'utf8')));
  const fromEnvironment = Object.entries(process.env).filter(([, value]) => value);
  return Object.assign({}, ...present, Object.fromEntries(fromEnvironment));
}

/** The origin that people open, and the host and port to listen on. */
export const serverAddress = () => addressFrom(settings());

/** Throws where the port is taken, which would otherwise be found out only after minutes of installing. */
export function requireFreePort({ host, port }, otherwise) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', ({ code }) => {
      const why = code === 'EACCES' ? 'may not be used by this user' : 'is taken by another program';
      reject(new Error(`Port ${port} ${why}. Stop that program, or choose another port:\n  ${otherwise}`));
    });
    probe.listen(port, host, () => probe.close(resolve));
  });
}

/** Starts Latchkey and waits until it is ready; the answer has the setup link if there is no administrator yet. */
export async function serveLatchkey({ port }, env = {}) {
  console.log('Starting …');
  const start = performance.now();
  const { server, seen } = serve(
    ['--max-semi-space-size=8', 'scripts/server.mjs', '--ends-with-parent'],
    production(env),
  );
  await ready(`http://127.0.0.1:${port}/readyz`, server);
  console.log(`Ready after ${duration(performance.now() - start)}`);
  return { setupLink: seen.text.match(/^setup link: (\S+)\s*$/m)?.[1] };
}

const running = new Set();
let exitCode;

/** Runs a server until it or another one ends, or we are stopped; passes its output on and remembers the beginning. */
export function serve(args, env) {
  if (running.size === 0) stopWithUs();
  // Its own process group, so that Ctrl-C reaches it once, through us.
  const server = spawn(nodeBinary(), args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const seen = { text: '' };
  running.add(server);
  server.stdout.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    if (seen.text.length < 100_000) seen.text += text;
  });
  server.on('error', (error) => console.error(error.message));
  server.on('close', (code) => {
    running.delete(server);
    stopAll(code ?? 1);
    if (running.size === 0) process.exit(exitCode);
  });
  return { server, seen };
}

/** The exit code is that of the first process that ends. */
function stopAll(code) {
  exitCode ??= code;
  for (const server of running) server.kill('SIGTERM');
}

function stopWithUs() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopAll(0));
  // npm sends signals to a shell that does not pass them on; when it has died, the parent process is another one.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stopAll(0), 500).unref();
}

/** Waits for a successful response; a server that gives none is stopped, and the whole ends. */
export async function ready(url, server) {
  const deadline = performance.now() + readyWithin;
  while (performance.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  console.error(`The server is not ready after ${readyWithin / 1000} seconds; its messages above say why.`);
  server.kill('SIGTERM');
  await new Promise(() => undefined); // the end of the server is ours
}

/** Prints lines for the person at the terminal, set apart from the output of the servers. */
export function say(...lines) {
  console.log(['', ...lines, ''].map((line) => (line ? `  ${line}` : '')).join('\n'));
}
