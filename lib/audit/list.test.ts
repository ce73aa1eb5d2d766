import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { users } from '@/db/schema';
import { newUser, somebody } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { listAudit, record } from './index';

test('administrators read who did what to whom in which app, newest first, also of people who are gone', async () => {
  const [ada, bob] = [await newUser('Ada', 'ada@example.com'), await newUser('Bob', 'bob@example.com')];
  const client = await registerClient({ name: 'Wiki' });
  await record(db, { type: 'admin.user-disabled', actorId: ada.id, subjectId: bob.id }, somebody);
  await record(db, { type: 'client.denied', actorId: bob.id, subjectId: bob.id, clientId: client.id }, somebody);
  await db.delete(users).where(eq(users.id, bob.id));

  expect(await listAudit({})).toMatchObject([
    { type: 'client.denied', outcome: 'failure', actorId: bob.id, actor: null, client: 'Wiki' },
    { sentence: 'The account was disabled', outcome: 'success', actor: 'Ada', subject: null, client: null },
  ]);
  expect(await listAudit({ outcome: 'failure' })).toHaveLength(1);
  expect(await listAudit({ type: 'admin.user-disabled', outcome: 'success' })).toHaveLength(1);
  expect(await listAudit({ type: 'admin.user-disabled', outcome: 'failure' })).toEqual([]);
  expect(await listAudit({}, 1)).toMatchObject([{ type: 'client.denied' }]);
});
