// What quickstart and the example share: where Latchkey is, and servers that run until they are stopped.
// Node's own modules only.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { duration, nodeBinary, production, root } from './prepare.mjs';
import { whereLatchkeyIs as whereOf } from './where.mjs';

const readyWithin = 120_000;
/** The files that Next.js reads, the weakest first; the environment is stronger than all of them. */
export function settings() {
  const files = ['.env', '.env.production', '.env.local', '.env.production.local'].map((name) => join(root, name));
  const present = files.filter((file) => existsSync(file)).map((file) => parseEnv(readFileSync(file, 'utf8')));
  const fromEnvironment = Object.entries(process.env).filter(([, value]) => value);
  return Object.assign({}, ...present, Object.fromEntries(fromEnvironment));
}

/** Where people open Latchkey, and where it listens. */
export const whereLatchkeyIs = () => whereOf(settings());

/** Asked first, because a taken port would be found out only after minutes of installing. */
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
  const { server, seen } = serve(['scripts/server.mjs', '--ends-with-parent'], production(env));
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

/** Whoever is the first to end says how all of it ended. */
function stopAll(code) {
  exitCode ??= code;
  for (const server of running) server.kill('SIGTERM');
}

function stopWithUs() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopAll(0));
  // npm hands signals to a shell that dies of them without telling us; then we have another parent.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stopAll(0), 500).unref();
}

/** Waits for a good answer; a server that gives none is stopped, and all of it ends. */
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

/** Lines for people, apart from what the servers write. */
export function say(...lines) {
  console.log(['', ...lines, ''].map((line) => (line ? `  ${line}` : '')).join('\n'));
}
