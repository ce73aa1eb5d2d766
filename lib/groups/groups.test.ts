import { expect, test } from 'vitest';
import { db } from '@/db';
import { clientGroups, groupMembers, groups } from '@/db/schema';
import { newUser, somebody } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { addMember, createGroup, deleteGroup, listGroups, removeMember, renameGroup } from './index';

const actor = { userId: crypto.randomUUID() };

async function newGroup(name: string) {
  const created = await createGroup(name, actor, somebody);
  if (!created.ok) throw new Error(created.error);
  return created.value.id;
}

test('a name is given once, also of two at the same time, and not by renaming', async () => {
  const both = await Promise.all([1, 2].map(() => createGroup('Editors', actor, somebody)));
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  const id = await newGroup('Readers');
  expect(await renameGroup(id, 'Editors', actor, somebody)).toMatchObject({ ok: false, error: 'name-taken' });
  expect(await renameGroup(id, 'Readers', actor, somebody)).toMatchObject({ ok: true });
  expect(await renameGroup(crypto.randomUUID(), 'X', actor, somebody)).toMatchObject({ error: 'not-found' });
});

test('people are added by their address, once, and removed', async () => {
  const id = await newGroup('Editors');
  const ada = await newUser('Ada', 'ada@example.com');
  for (let n = 0; n < 2; n += 1) expect((await addMember(id, ada.email, actor, somebody)).ok).toBe(true);
  expect(await listGroups()).toMatchObject([{ name: 'Editors', members: [{ name: 'Ada', email: ada.email }] }]);
  expect((await addMember(id, 'nobody@example.com', actor, somebody)).ok).toBe(false);
  expect((await addMember(crypto.randomUUID(), ada.email, actor, somebody)).ok).toBe(false);
  expect((await removeMember(id, ada.id, actor, somebody)).ok).toBe(true);
  expect((await removeMember(id, ada.id, actor, somebody)).ok).toBe(false);
  expect(await db.$count(groupMembers)).toBe(0);
});

test('a group that an app is limited to stays: without it the app would be for everybody', async () => {
  const id = await newGroup('Editors');
  const client = await registerClient({ name: 'Wiki' });
  await db.insert(clientGroups).values({ clientId: client.id, groupId: id });
  expect(await listGroups()).toMatchObject([{ clients: ['Wiki'] }]);
  expect(await deleteGroup(id, actor, somebody)).toMatchObject({ ok: false, error: 'in-use' });
  expect(await db.$count(groups)).toBe(1);

  await db.delete(clientGroups);
  expect(await deleteGroup(id, actor, somebody)).toMatchObject({ ok: true });
  expect(await deleteGroup(id, actor, somebody)).toMatchObject({ ok: false, error: 'not-found' });
});
