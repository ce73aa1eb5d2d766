import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import type { Tasks } from './child';

type Reply = { id: number; value?: unknown; error?: { name: string; message: string } };

/** A process of ours beside this one, with its own settings; what it is asked to do stands in `child.ts`. */
export async function startProcess(settings: Record<string, string>) {
  const child = fork(resolve('tests/setup/child.ts'), {
    execArgv: ['--import', 'tsx'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      TSX_TSCONFIG_PATH: resolve('tests/setup/tsconfig.child.json'),
      ...settings,
    },
    silent: true,
  });
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const pending = new Map<number, (reply: Reply) => void>();
  child.on('message', (reply: Reply) => pending.get(reply.id)?.(reply));
  let number = 0;

  const next = () =>
    new Promise<Reply>((done, failed) => {
      pending.set(number, done);
      void ended.then((code) => failed(new Error(`the process ended with ${code}: ${said.stderr}`)));
    });
  const ask = async <T extends keyof Tasks>(task: T, input?: Parameters<Tasks[T]>[0]) => {
    number += 1;
    const reply = next();
    child.send({ id: number, task, input });
    const { value, error } = await reply;
    if (error) throw Object.assign(new Error(error.message), { name: error.name });
    return value as Awaited<ReturnType<Tasks[T]>>;
  };
  const stop = async (signal: NodeJS.Signals = 'SIGKILL') => {
    child.kill(signal);
    return ended;
  };
  await next();
  return { ask, stop, ended, said };
}

export type Process = Awaited<ReturnType<typeof startProcess>>;
