import { expect, test } from 'vitest';
import { db } from '@/db';
import { clientGroups, groupMembers, groups } from '@/db/schema';
import { runOperation } from '@/tests/helpers/operations';
import { newUser } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { addMember, createGroup, deleteGroup, listGroups, removeMember, renameGroup } from './index';
import { listGroupRows } from './queries';

async function newGroup(name: string) {
  const created = await runOperation(createGroup, { name });
  if (!created.ok) throw new Error(created.error);
  return created.value.id;
}

test('a name is given once, also of two at the same time, and not by renaming', async () => {
  const both = await Promise.all([1, 2].map(() => runOperation(createGroup, { name: 'Editors' })));
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  const id = await newGroup('Readers');
  expect(await runOperation(renameGroup, { id, name: 'Editors' })).toMatchObject({
    ok: false,
    error: 'group_name_taken',
  });
  expect(await runOperation(renameGroup, { id, name: 'Readers' })).toMatchObject({ ok: true });
  expect(await runOperation(renameGroup, { id: crypto.randomUUID(), name: 'X' })).toMatchObject({
    error: 'group_not_found',
  });
});

test('people are added by their address, once, and removed', async () => {
  const id = await newGroup('Editors');
  const ada = await newUser('Ada', 'ada@example.com');
  for (let n = 0; n < 2; n += 1) expect((await runOperation(addMember, { id, email: ada.email })).ok).toBe(true);
  expect(await listGroups()).toEqual([{ id, name: 'Editors' }]);
  expect(await listGroupRows(db)).toMatchObject([{ name: 'Editors', members: [{ name: 'Ada', email: ada.email }] }]);
  expect((await runOperation(addMember, { id, email: 'nobody@example.com' })).ok).toBe(false);
  expect((await runOperation(addMember, { id: crypto.randomUUID(), email: ada.email })).ok).toBe(false);
  expect((await runOperation(removeMember, { id, userId: ada.id })).ok).toBe(true);
  expect((await runOperation(removeMember, { id, userId: ada.id })).ok).toBe(false);
  expect(await db.$count(groupMembers)).toBe(0);
});

test('a group that an app is limited to stays: without it the app would be for everybody', async () => {
  const id = await newGroup('Editors');
  const client = await registerClient({ name: 'Wiki' });
  await db.insert(clientGroups).values({ clientId: client.id, groupId: id });
  expect(await listGroupRows(db)).toMatchObject([{ clients: ['Wiki'] }]);
  expect(await runOperation(deleteGroup, { id })).toMatchObject({ ok: false, error: 'group_in_use' });
  expect(await db.$count(groups)).toBe(1);

  await db.delete(clientGroups);
  expect(await runOperation(deleteGroup, { id })).toMatchObject({ ok: true });
  expect(await runOperation(deleteGroup, { id })).toMatchObject({ ok: false, error: 'group_not_found' });
});
