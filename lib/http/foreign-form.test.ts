import { expect, test } from 'vitest';
import { POST } from '@/app/foreign-form/route';
import { db } from '@/db';
import { auditEvents } from '@/db/schema';

const send = () =>
  POST(
    new Request('http://localhost:3000/foreign-form', { method: 'POST', headers: { origin: 'https://evil.example' } }),
  );

test('T23: a form from another site is refused in plain words, and written down', async () => {
  const answer = await send();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'text/plain']);
  expect(await answer.text()).toMatch(/^This form was sent from another site.* Open http:\/\/localhost:3000 /);
  expect(await db.select().from(auditEvents)).toMatchObject([
    { type: 'csrf.blocked', requestId: answer.headers.get('x-request-id') },
  ]);
});
