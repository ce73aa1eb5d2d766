import { AsyncLocalStorage } from 'node:async_hooks';
import { after } from 'next/server';
import { lazy } from '@/lib/lazy';
import { log } from '@/lib/log';

type Task = () => Promise<void>;

/** The tasks of the response that is being made, where Next.js does not make it. */
const tasksOfResponse = lazy('after-response', () => new AsyncLocalStorage<Task[]>());

/**
 * Runs a task after the response has been sent, so that timing reveals nothing. A failure is logged, never
 * thrown. Outside a request (a script, a test) there is no response to wait for, and the task runs at once.
 */
export async function afterResponse(what: string, task: Task) {
  const guarded = () =>
    task().catch((error: unknown) => log.error({ err: error, what }, 'something went wrong after the answer'));
  const tasks = tasksOfResponse().getStore();
  if (tasks) return void tasks.push(guarded);
  try {
    after(guarded);
  } catch {
    await guarded();
  }
}

/** Makes a response outside of Next.js; `runTasks` does what it left for afterwards, and what that leaves in turn. */
export async function runForResponse<T>(respond: () => T | Promise<T>) {
  const tasks: Task[] = [];
  const result = await tasksOfResponse().run(tasks, respond);
  const runTasks = () =>
    tasksOfResponse().run(tasks, async () => {
      while (tasks.length > 0) await Promise.all(tasks.splice(0).map((task) => task()));
    });
  return { result, runTasks };
}
