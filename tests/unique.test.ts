import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { clientGroups, clients, groups, users } from '@/db/schema';
import { confirmAddress } from '@/lib/account';
import { createClient } from '@/lib/clients';
import { config } from '@/lib/config';
import { randomToken } from '@/lib/crypto';
import { addMember, createGroup, deleteGroup, renameGroup } from '@/lib/groups';
import { storeLink } from '@/lib/recovery';
import { insertUser, newUserHandle } from '@/lib/users';
import { meanwhile } from '@/tests/helpers/meanwhile';
import { runOperation } from '@/tests/helpers/operations';
import { newUser } from '@/tests/helpers/people';

const _actor = { userId: crypto.randomUUID() };
const link = async (userId: string, email: string) => {
  const token = randomToken();
  await db.transaction((tx) => storeLink(tx, 'verify-email', userId, email, token));
  return token;
};

async function groupOf(name: string) {
  const made = await runOperation(createGroup, { name });
  if (!made.ok) throw new Error(made.error);
  return made.value.id;
}

// A check sees nothing of what another transaction is just writing; the write that follows it waits for that, and meets it.
describe.runIf(config.databaseUrl)('whoever comes second to something unique gets its sentence, not an error', () => {
  test('two people who confirm one new address at once', async () => {
    const [one, two] = [await newUser('One', 'one@example.com'), await newUser('Two', 'two@example.com')];
    const tokens = [await link(one.id, 'new@example.com'), await link(two.id, 'new@example.com')];
    const outcomes = await Promise.all(tokens.map((token) => runOperation(confirmAddress, { token })));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.find(({ ok }) => !ok)).toEqual({ ok: false, error: 'link_expired' });
    expect(await db.$count(users, eq(users.email, 'new@example.com'))).toBe(1);
  });

  test('a confirmed address that a new account is just getting', async () => {
    const { id } = await newUser('One', 'one@example.com');
    const token = await link(id, 'new@example.com');
    const outcome = await meanwhile(() => runOperation(confirmAddress, { token }), 'update "users"', {
      before: (tx) => tx.insert(users).values({ email: 'new@example.com', name: 'New', handle: newUserHandle() }),
    });
    expect(outcome).toEqual({ ok: false, error: 'link_expired' });
  });

  test('a new account with an address that somebody is just confirming', async () => {
    const { id } = await newUser('One', 'one@example.com');
    const account = { email: 'new@example.com', name: 'New', handle: newUserHandle() };
    const inserted = await meanwhile(() => insertUser(db, account), 'insert into "users"', {
      before: (tx) => tx.update(users).set({ email: 'new@example.com' }).where(eq(users.id, id)),
    });
    expect(inserted).toBeUndefined();
  });

  test('a group that is renamed to, or made with, a name that another one is just getting', async () => {
    const [first, second] = [await groupOf('first'), await groupOf('second')];
    const named = { before: (tx: typeof db) => tx.update(groups).set({ name: 'new' }).where(eq(groups.id, first)) };
    const renamed = () => runOperation(renameGroup, { id: second, name: 'new' });
    expect(await meanwhile(renamed, 'update "groups"', named)).toEqual({ ok: false, error: 'group_name_taken' });
    await db.update(groups).set({ name: 'first' }).where(eq(groups.id, first));
    const made = () => runOperation(createGroup, { name: 'new' });
    expect(await meanwhile(made, 'insert into "groups"', named)).toEqual({ ok: false, error: 'group_name_taken' });
  });

  test('an app with an id that another one is just getting', async () => {
    const app = {
      name: 'App',
      authMethod: 'client_secret_basic',
      redirectUris: [],
      scopes: [],
      grantTypes: ['client_credentials'],
    };
    const made = () => runOperation(createClient, { ...app, id: 'app' });
    const row = { id: 'app', name: 'App', authMethod: 'none' as const, redirectUris: [], postLogoutRedirectUris: [] };
    const outcome = await meanwhile(made, 'insert into "clients"', {
      before: (tx) => tx.insert(clients).values({ ...row, scopes: [], grantTypes: [] }),
    });
    expect(outcome).toEqual({ ok: false, error: 'client_id_taken' });
  });
});

describe.runIf(config.databaseUrl)(
  'whoever needs a row that is just going, or keeps one that must go, gets a sentence as well',
  () => {
    test('a member is added to a group that is just deleted', async () => {
      const id = await groupOf('going');
      await newUser('One', 'one@example.com');
      const outcome = await meanwhile(
        () => runOperation(addMember, { id, email: 'one@example.com' }),
        'insert into "group_members"',
        {
          before: (tx) => tx.delete(groups).where(eq(groups.id, id)),
        },
      );
      expect(outcome).toEqual({ ok: false, error: 'group_not_found' });
    });

    test('a group is deleted that an app is just limited to', async () => {
      const groupId = await groupOf('wanted');
      const row = { id: 'app', name: 'App', authMethod: 'none' as const, redirectUris: [], postLogoutRedirectUris: [] };
      await db.insert(clients).values({ ...row, scopes: [], grantTypes: [] });
      const outcome = await meanwhile(() => runOperation(deleteGroup, { id: groupId }), 'delete from "groups"', {
        before: (tx) => tx.insert(clientGroups).values({ clientId: 'app', groupId }),
      });
      expect(outcome).toEqual({ ok: false, error: 'group_in_use' });
    });
  },
);
