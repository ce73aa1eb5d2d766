import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, linkSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { dirname, join, resolve } from 'node:path';

export type Asked = { path: string; method: string; headers: IncomingHttpHeaders; body: Buffer };
export type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/**
 * The functions of a build: each has its own files alone, in a folder elsewhere, and a process that is started by its first
 * request and knows nothing but these settings.
 */
export function functionsIn(output: string, to: string, settings: Record<string, string>) {
  const running = new Map<string, Promise<{ port: number; child: ChildProcess }>>();
  const said: string[] = [];
  const ended: (number | null)[] = [];

  const folderOf = (path: string) => {
    const folder = join(output, 'functions', `${path === '/' ? 'index' : path}.func`);
    return existsSync(folder) ? realpathSync(folder) : undefined;
  };

  function started(folder: string) {
    const known = running.get(folder) ?? start(folder);
    running.set(folder, known);
    return known;
  }

  async function start(folder: string) {
    const { filePathMap, ...config } = JSON.parse(readFileSync(join(folder, '.vc-config.json'), 'utf8'));
    const copy = join(to, folder.replaceAll(/[^\w]+/g, '-'));
    if (!existsSync(copy)) {
      cpSync(folder, copy, { recursive: true });
      for (const [name, from] of Object.entries<string>(filePathMap ?? {})) put(resolve(from), join(copy, name));
    }
    const { PATH = '', HOME = '' } = process.env;
    const child = fork(resolve('tests/vercel/function.mjs'), [copy, JSON.stringify(config)], {
      cwd: copy,
      env: { PATH, HOME, NODE_ENV: 'production', ...settings },
      execArgv: [],
      silent: true,
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(String(chunk)));
    child.once('exit', (code) => ended.push(code));
    const [port] = (await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [0])])) as [number];
    if (!port) throw new Error(`a function could not be loaded:\n${said.join('')}`);
    return { port, child };
  }

  async function call(path: string, { method, headers, body, ...asked }: Asked & { url: string }): Promise<Answer> {
    const { port } = await started(folderOf(path)!);
    return new Promise((done, failed) => {
      const sent = request({ host: '127.0.0.1', port, path: asked.url, method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.once('end', () =>
          done({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      });
      sent.once('error', failed).end(body);
    });
  }

  async function stop() {
    for (const starting of running.values()) {
      const { child } = await starting.catch(() => ({ child: undefined }));
      child?.kill();
    }
  }

  return { has: (path: string) => folderOf(path) !== undefined, call, stop, said, ended };
}

/** The same file once more, without its bytes where the disk is the same. */
function put(from: string, to: string) {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(realpathSync(from), to);
  } catch {
    cpSync(from, to, { recursive: true, dereference: true });
  }
}

export type Functions = ReturnType<typeof functionsIn>;
