import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import * as ofProfile from '@/app/(account)/account/profile/actions';
import * as ofClients from '@/app/(admin)/admin/clients/actions';
import * as ofGroups from '@/app/(admin)/admin/groups/actions';
import { PATCH } from '@/app/api/passkeys/[id]/route';
import { db } from '@/db';
import { clients, groups, passkeys, users } from '@/db/schema';
import { newClientFields } from '@/lib/clients';
import { seedPerson } from '@/tests/helpers/people';
import { submit } from '@/tests/setup/request-scope';

/** What everybody and everything that has a name is called, once all of them were given this one. */
async function named(name: string) {
  const { browser, userId, passkey } = await seedPerson();
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, userId));
  const { cookies } = browser;
  const app = { ...newClientFields, redirectUris: 'https://wiki.example.com/callback' };
  await browser.send(PATCH, { method: 'PATCH', params: { id: passkey.id }, body: { name } });
  await submit(ofProfile.rename, { name }, { cookies });
  await submit(ofGroups.create, { name }, { cookies });
  await submit(ofClients.register, { ...app, name }, { cookies });
  const rows = [
    await db.select({ name: users.name }).from(users),
    await db.select({ name: passkeys.name }).from(passkeys),
    await db.select({ name: groups.name }).from(groups),
    await db.select({ name: clients.name }).from(clients),
  ];
  return rows.flat().map((row) => row.name);
}

test.each(['علی\u200cرضا', 'ශ්\u200dරී', '👩\u200d💻 Ada'])(
  '%s is a name for people, passkeys, groups and apps, and stays as it was typed',
  async (name) => {
    expect(await named(name)).toEqual([name, name, name, name]);
  },
);

test('what hides something is refused for all of them, never replaced in silence', async () => {
  const [person, passkey, ...others] = await named('A\u200dda');
  expect([person, passkey]).not.toContain('Ada');
  expect([person, passkey].join('')).not.toContain('\u200d');
  expect(others).toEqual([]);
});
