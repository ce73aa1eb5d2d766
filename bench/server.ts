import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { production } from '@/scripts/prepare.mjs';
import { freePort } from '@/tests/setup/free-port';
import { startTap } from '@/tests/setup/tap';
import { stopLater } from './stop';

const readyWithin = 60_000;

export type Server = Awaited<ReturnType<typeof startServer>>;

/** A database of its own on the server that both contenders share. */
export async function makeDatabase(serverUrl: string, name: string) {
  const server = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  const database = `${name}_${process.pid}`;
  await server`create database ${server(database)}`;
  stopLater(async () => {
    await server`drop database ${server(database)} with (force)`;
    await server.end();
  });
  return Object.assign(new URL(serverUrl), { pathname: database }).href;
}

type Start = {
  folder: string;
  databaseUrl: string;
  settings: (origin: string) => Record<string, string>;
  /** What Node.js runs there, or another command. */
  program: string[];
  command?: string;
  /** Answers well as soon as the server is ready. */
  readyPath: string;
};

/** The server in this folder, with the tap between it and its database. */
export async function startServer({ folder, databaseUrl, ...rest }: Start) {
  const tap = await startTap(databaseUrl);
  stopLater(tap.stop);
  return { tap, ...(await spawnServer({ folder, databaseUrl: tap.url, ...rest })) };
}

/** The server in this folder, until it is ready, and how long that took, in milliseconds. */
export async function spawnServer({ folder, databaseUrl, settings, readyPath, program, command }: Start) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const start = performance.now();
  const child = spawn(command ?? process.execPath, [...program, '--hostname', '127.0.0.1', '--port', String(port)], {
    cwd: folder,
    env: production({ DATABASE_URL: databaseUrl, ...settings(origin) }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  stopLater(stop);

  let printed = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (text) => {
      printed = `${printed}${text}`.slice(-10_000);
    });
  }
  await ready(`http://127.0.0.1:${port}${readyPath}`).catch((cause) => {
    throw new Error(`The server in ${folder} is not ready. It said:\n${printed}`, { cause });
  });
  return { origin, pid: child.pid!, readyAfter: performance.now() - start, stop };
}

async function ready(url: string) {
  const deadline = performance.now() + readyWithin;
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    if (performance.now() > deadline) throw new Error(`${url} gave no good answer`);
    await sleep(10);
  }
}
