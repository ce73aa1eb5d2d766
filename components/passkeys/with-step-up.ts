import type { ApiResult } from './api';

export type WithStepUp = <T>(call: () => Promise<ApiResult<T>>) => Promise<ApiResult<T>>;

/** Makes a call; if it needs a step-up, asks for one and repeats the call. */
export async function withStepUp<T>(call: () => Promise<ApiResult<T>>, confirm: () => Promise<boolean>) {
  const answer = await call();
  if (answer.ok || answer.error.code !== 'step_up_required') return answer;
  return (await confirm()) ? call() : answer;
}
