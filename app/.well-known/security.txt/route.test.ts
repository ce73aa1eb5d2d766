import { expect, test } from 'vitest';
import { withSettings } from '@/tests/setup/settings';
import { GET } from './route';

test('names the contact and when to look again, and is not there without one', async () => {
  const ask = () => GET(new Request('http://localhost:3000/.well-known/security.txt'));
  expect((await ask()).status).toBe(404);
  const answer = await withSettings({ SECURITY_CONTACT: 'mailto:security@example.com' }, ask);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  const text = await answer.text();
  expect(text).toMatch(/^Contact: mailto:security@example\.com\nExpires: (\S+)\n/);
  expect(new Date(text.match(/^Expires: (\S+)$/m)![1]!).getTime()).toBeGreaterThan(Date.now());
});
