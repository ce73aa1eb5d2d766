import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { groups, sessions, users } from '@/db/schema';
import type { Actor } from '@/lib/actor';
import { createGroup } from '@/lib/groups';
import { runOperation } from '@/tests/helpers/operations';
import { seedPerson } from '@/tests/helpers/people';

const create = (actor: Actor) => runOperation(createGroup, { name: 'Editors' }, actor);

test('an API key that has ended since it was let in does nothing', async () => {
  const key = { id: crypto.randomUUID(), name: 'Gone', permissions: ['groups.write'] as const };
  expect(await create({ kind: 'key', key })).toEqual({ ok: false, error: 'api_key_invalid' });
  expect(await db.$count(groups)).toBe(0);
});

test('a session that has ended since it was let in, or whose user is no administrator any more, does nothing', async () => {
  const { session, userId } = await seedPerson();
  const setRole = (role: 'member' | 'administrator') => db.update(users).set({ role }).where(eq(users.id, userId));
  const refused = { ok: false, error: 'session_required' };
  expect(await create({ kind: 'session', session })).toEqual(refused);
  await setRole('administrator');
  await db.delete(sessions);
  expect(await create({ kind: 'session', session })).toEqual(refused);
  expect(await db.$count(groups)).toBe(0);
});
