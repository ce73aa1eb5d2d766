import type { Instrumentation } from 'next';

let answerAsOutage: ((error: unknown) => void) | undefined;

/** Runs once when a server process starts, before the first request. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const jobs = await import('@/lib/jobs');
  answerAsOutage = jobs.outageResponse;
  await jobs.start();
  const { openFrontDoor, openDirectEntries } = await import('@/lib/front-door');
  openFrontDoor(jobs.stopDelivering);
  void openDirectEntries(async () => (await import('@/app/direct-entries')).directEntries);
}

/** A link's token is part of its path and must not reach a log (requirement K3). */
const withoutSecrets = (path: string) => path.split('?')[0]?.replace(/[\w-]{24,}/g, '…');

/** Whatever a page or an action throws is logged once, here, without the values that were in it. */
export const onRequestError: Instrumentation.onRequestError = async (error, request) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  answerAsOutage?.(error); // before anything is waited for, or the answer has begun
  const { log } = await import('@/lib/log');
  log.error({ err: error, path: withoutSecrets(request.path), method: request.method }, 'a page failed');
};
