import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { users } from '@/db/schema';
import { newUser, somebody } from '@/tests/helpers/people';
import { changeRole, listUsers } from './index';

const roleOf = async (id: string) => (await db.select().from(users).where(eq(users.id, id)))[0]!.role;

test('a member becomes an administrator and back; the last administrator stays one, also of two at once', async () => {
  const [ada, grace] = [await newUser('Ada', 'ada@example.com'), await newUser('Grace', 'grace@example.com')];
  expect((await changeRole(ada.id, 'administrator', grace.id, somebody)).ok).toBe(true);
  expect(await changeRole(ada.id, 'member', grace.id, somebody)).toEqual({ ok: false, error: 'last_administrator' });
  await changeRole(grace.id, 'administrator', ada.id, somebody);
  await Promise.all([ada, grace].map(({ id }) => changeRole(id, 'member', id, somebody)));
  expect([await roleOf(ada.id), await roleOf(grace.id)].sort()).toEqual(['administrator', 'member']);
});

test('the list tells each user’s own passkeys', async () => {
  const { seedPerson, seedPasskey } = await import('@/tests/helpers/people');
  const [one, none] = [await seedPerson(), await newUser('Nobody', 'none@example.com')];
  await seedPasskey(one.authenticator, one.user);
  const counts = Object.fromEntries((await listUsers()).map(({ id, passkeys }) => [id, passkeys]));
  expect([counts[one.userId], counts[none.id]]).toEqual([2, 0]);
});
