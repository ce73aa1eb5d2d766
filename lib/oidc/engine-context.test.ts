import { expect, test } from 'vitest';
import { somebody } from '@/tests/helpers/people';
import { currentEngineContext, newEngineContext, runInEngineContext } from './engine-context';

test('a page, a route and a job have a module each, and one call', async () => {
  const copy: string = './engine-context?of-another-bundle';
  const other = (await import(/* @vite-ignore */ copy)) as typeof import('./engine-context');
  expect(other.runInEngineContext).not.toBe(runInEngineContext);
  const call = newEngineContext({ context: somebody, browser: true });
  expect(await other.runInEngineContext(call, async () => currentEngineContext())).toBe(call);
});
