import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** The embedded database belongs to another process that is alive. */
export class FolderInUse extends Error {
  override name = 'FolderInUse';
}

const held = new Set<string>();
const PATIENCE = 20;

/**
 * Holds a folder for this process until it ends, however it ends: a listening socket dies with its owner, where a
 * file with a process number would outlive a crash. Throws `FolderInUse` when another process holds it.
 */
export async function lockFolder(folder: string) {
  if (held.has(resolve(folder))) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = socketPath(folder);
  if (!(await listen(path)) && ((await answers(path)) || !(await takeOver(path, join(folder, 'lock-takeover'))))) {
    throw new FolderInUse(
      `The embedded database in ${folder} is in use by another Latchkey process. Stop that one, or set DATABASE_URL to share a Postgres server.`,
    );
  }
  held.add(resolve(folder));
}

/**
 * Takes the place of a process that was killed. Only one at a time may clear its socket away, and only after looking
 * again, or it would clear away the one of somebody who was faster.
 */
async function takeOver(path: string, marker: string) {
  for (let attempt = 1; !makeFolder(marker); attempt++) {
    if (attempt === PATIENCE) rmSync(marker, { recursive: true, force: true }); // whoever made it was killed as well
    await wait(50);
  }
  try {
    if (await answers(path)) return false;
    rmSync(path, { force: true });
    return await listen(path);
  } finally {
    rmdirSync(marker);
  }
}

/** Makes a folder, or tells that somebody else has. */
function makeFolder(path: string) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Socket paths are limited to about 100 bytes, so the shorter of the two ways to write it is taken. */
function socketPath(folder: string) {
  if (process.platform === 'win32') return `\\\\.\\pipe\\latchkey-${resolve(folder).replace(/\W/g, '-')}`;
  const path = resolve(folder, 'lock');
  const short = relative(process.cwd(), path);
  return short.length < path.length ? short : path;
}

function listen(path: string) {
  const server: Server = createServer((socket) => socket.end());
  return new Promise<boolean>((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? done(false) : failed(error)));
    server.listen(path, () => done(true));
    server.unref();
  });
}

/** Tells whether somebody listens; a socket that may not be connected to belongs to somebody, too. */
function answers(path: string) {
  return new Promise<boolean>((done) => {
    const socket = connect(path, () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => done(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
}
