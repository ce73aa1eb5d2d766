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
  /** What Node.js runs there. */
  program: string[];
  /** Answers well as soon as the server is ready. */
  readyPath: string;
};

/** The server in this folder, with the tap between it and its database. */
export async function startServer({ folder, databaseUrl, settings, readyPath, program }: Start) {
  const tap = await startTap(databaseUrl);
  stopLater(tap.stop);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const child = spawn(process.execPath, [...program, '--hostname', '127.0.0.1', '--port', String(port)], {
    cwd: folder,
    env: production({ DATABASE_URL: tap.url, ...settings(origin) }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  stopLater(async () => {
    child.kill('SIGTERM');
    await ended;
  });

  let printed = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (text) => {
      printed = `${printed}${text}`.slice(-10_000);
    });
  }
  await ready(`http://127.0.0.1:${port}${readyPath}`).catch((cause) => {
    throw new Error(`The server in ${folder} is not ready. It said:\n${printed}`, { cause });
  });
  return { origin, tap, pid: child.pid! };
}

async function ready(url: string) {
  const deadline = performance.now() + readyWithin;
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    if (performance.now() > deadline) throw new Error(`${url} gave no good answer`);
    await sleep(200);
  }
}
