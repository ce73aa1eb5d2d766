import { after } from 'next/server';
import { log } from '@/lib/log';

/**
 * Does a task once the answer has gone out, so that its time tells the asker nothing. A failure is logged, never
 * thrown. Outside a request (a script, a test) there is no answer to wait for, and the task is done at once.
 */
export async function afterResponse(what: string, task: () => Promise<void>) {
  const guarded = () =>
    task().catch((error: unknown) => log.error({ err: error, what }, 'something went wrong after the answer'));
  try {
    after(guarded);
  } catch {
    await guarded();
  }
}
