import { expect, test } from 'vitest';
import { somebody } from '@/tests/helpers/people';
import { type Call, currentCall, inCall } from './call';

test('a page, a route and a job have a module each, and one call', async () => {
  const copy: string = './call?of-another-bundle';
  const other = (await import(/* @vite-ignore */ copy)) as typeof import('./call');
  expect(other.inCall).not.toBe(inCall);
  const call: Call = { by: somebody, browser: true, events: [] };
  expect(await other.inCall(call, async () => currentCall())).toBe(call);
});
