import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { relative, resolve } from 'node:path';

/** The embedded database belongs to another process that is alive. */
export class FolderInUse extends Error {
  override name = 'FolderInUse';
}

/**
 * Holds a folder for this process until it ends, however it ends: a listening socket dies with its owner, where a
 * file with a process number would outlive a crash. Throws `FolderInUse` when another process holds it.
 */
export async function lockFolder(folder: string) {
  mkdirSync(folder, { recursive: true });
  const path = socketPath(folder);
  if (await listen(path)) return;
  if (!(await answers(path))) {
    rmSync(path, { force: true });
    if (await listen(path)) return;
  }
  throw new FolderInUse(
    `The embedded database in ${folder} is in use by another Latchkey process. Stop that one, or set DATABASE_URL to share a Postgres server.`,
  );
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

function answers(path: string) {
  return new Promise<boolean>((done) => {
    const socket = connect(path, () => done(true));
    socket.once('error', () => done(false));
    socket.unref();
  });
}
