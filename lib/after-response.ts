import { after } from 'next/server';
import { log } from '@/lib/log';

/**
 * Runs a task after the response has been sent, so that timing reveals nothing. A failure is logged, never
 * thrown. Outside a request (a script, a test) there is no response to wait for, and the task runs at once.
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
