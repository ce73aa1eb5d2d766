import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents } from '@/db/schema';
import { listAllEvents } from '@/lib/audit';

test.each([
  ['challenge-spent', 'challenge_spent'],
  ['too-many-letters', 'too_many_emails'],
  ['challenge_spent', 'challenge_spent'],
  ['SMTP 451', 'smtp_451'],
  ['status 500', 'status_500'],
  ['address not allowed, see PRIVATE_CLIENTS', 'address_not_allowed'],
  ['ECONNREFUSED', 'ECONNREFUSED'],
  ['by 0f0e-4a', 'by 0f0e-4a'],
  [null, null],
])('an event that was written with the reason %j is read with %j, and stays as it was', async (stored, read) => {
  const event = { type: 'auth.passkey.failure', outcome: 'failure', address: '', browser: '', requestId: '' } as const;
  await db.insert(auditEvents).values({ ...event, reason: stored });
  expect((await listAllEvents(db, {}, 1))[0]!.reason).toBe(read);
  expect((await db.select().from(auditEvents))[0]!.reason).toBe(stored);
});
