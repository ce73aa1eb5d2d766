import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents } from '@/db/schema';
import { record } from '@/lib/audit';
import { createGroup } from '@/lib/groups';
import { newKey, send } from '@/tests/helpers/api';
import { runOperation } from '@/tests/helpers/operations';
import { newUser, somebody } from '@/tests/helpers/people';
import { readAuditEvents } from '.';

const read = async (input: object) => {
  const outcome = await runOperation(readAuditEvents, input);
  if (!outcome.ok) throw new Error(outcome.error);
  return outcome.value;
};

test('every event is read once, page by page, the newest first, also those of one instant', async () => {
  const { id } = await newUser('Ada', 'ada@example.com');
  const values = { type: 'auth.logout', outcome: 'success', address: '', browser: '', requestId: '' } as const;
  const at = new Date('2026-01-02T03:04:05.678Z');
  const made = await db
    .insert(auditEvents)
    .values(Array.from({ length: 7 }, () => ({ ...values, at, subjectId: id })))
    .returning({ id: auditEvents.id });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const { events, next } = await read({ limit: 3, cursor, subjectId: id });
    seen.push(...events.map((event) => event.id));
    cursor = next ?? undefined;
    // What happens meanwhile is newer, and moves no page.
    await record(db, { type: 'auth.logout', subjectId: id }, somebody);
  } while (cursor);
  expect(seen).toEqual(
    made
      .map((row) => row.id)
      .sort()
      .reverse(),
  );
});

test('is found by type, by who did it, to whom and to what', async () => {
  const [ada, bob] = [await newUser('Ada', 'ada@example.com'), await newUser('Bob', 'bob@example.com')];
  await record(db, { type: 'admin.user-disabled', actorId: ada.id, subjectId: bob.id }, somebody);
  await record(db, { type: 'auth.logout', actorId: bob.id, subjectId: bob.id }, somebody);
  const made = await runOperation(createGroup, { name: 'Editors' });
  const targetId = made.ok ? made.value.id : '';
  const types = async (filter: object) => (await read(filter)).events.map(({ type }) => type);
  expect(await types({ actorId: ada.id })).toEqual(['admin.user-disabled']);
  expect(await types({ subjectId: bob.id })).toEqual(['auth.logout', 'admin.user-disabled']);
  expect(await types({ subjectId: bob.id, type: 'auth.logout' })).toEqual(['auth.logout']);
  expect(await types({ targetId })).toEqual(['admin.group-changed']);
  expect(await types({ outcome: 'failure' })).toEqual([]);
  expect((await read({ actorId: ada.id })).events).toMatchObject([
    { actor: 'Ada', subject: 'Bob', sentence: 'The account was disabled', outcome: 'success' },
  ]);
});

test('K5: that a key read it, and for what, is in the audit', async () => {
  const { key, id: apiKey } = await newKey(['audit.read']);
  const answer = await send('GET /audit', {}, { key, query: 'type=admin.api-key-created&limit=1' });
  expect(answer.json.events).toMatchObject([
    { type: 'admin.api-key-created', details: { permissions: ['audit.read'] } },
  ]);
  const read = await db.select().from(auditEvents).where(eq(auditEvents.type, 'admin.audit-read'));
  expect(read).toMatchObject([{ actorId: null, details: { type: 'admin.api-key-created', apiKey } }]);
});

test('a type or a user that cannot be is refused by its name', async () => {
  const { key } = await newKey(['audit.read']);
  for (const query of ['type=x', 'actorId=x', 'cursor=x', 'unknown=x']) {
    const answer = await send('GET /audit', {}, { key, query });
    expect(answer).toMatchObject({ status: 400, json: { error: { field: query.split('=')[0] } } });
  }
});
