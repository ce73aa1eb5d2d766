import { eq } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { db } from '@/db';
import { users } from '@/db/schema';
import { readAuditEvents } from '@/lib/audit-log';
import { runAs } from '@/tests/helpers/operations';
import { newUser, type Person, seedPerson, somebody } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { record } from './index';

let reader: Person;
beforeEach(async () => {
  reader = await seedPerson();
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, reader.userId));
});

async function read(filter: object, limit?: number) {
  const outcome = await runAs(reader.session, readAuditEvents, { ...filter, limit });
  return outcome.ok ? outcome.value.events : [];
}

test('administrators read who did what to whom in which app, newest first, also of people who are gone', async () => {
  const [ada, bob] = [await newUser('Ada', 'ada@example.com'), await newUser('Bob', 'bob@example.com')];
  const client = await registerClient({ name: 'Wiki' });
  await record(db, { type: 'admin.user-disabled', actorId: ada.id, subjectId: bob.id }, somebody);
  await record(db, { type: 'client.denied', actorId: bob.id, subjectId: bob.id, clientId: client.id }, somebody);
  await db.delete(users).where(eq(users.id, bob.id));

  expect(await read({})).toMatchObject([
    { type: 'client.denied', outcome: 'failure', actorId: bob.id, actor: null, client: 'Wiki' },
    { sentence: 'The account was disabled', outcome: 'success', actor: 'Ada', subject: null, client: null },
  ]);
  expect(await read({ outcome: 'failure' })).toHaveLength(1);
  expect(await read({ type: 'admin.user-disabled', outcome: 'success' })).toHaveLength(1);
  expect(await read({ type: 'admin.user-disabled', outcome: 'failure' })).toEqual([]);
});

test('K5: that the audit was looked at, by whom and for what, is in the audit', async () => {
  await read({});
  await read({ type: 'client.denied', outcome: 'failure' });
  const event = { type: 'admin.audit-read', actorId: reader.userId };
  expect(await read({}, 1)).toMatchObject([{ ...event, details: { type: 'client.denied', outcome: 'failure' } }]);
  expect(await read({})).toMatchObject([event, event, event]);
});
