import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db';
import { apiKeys, clients, grants, groupMembers, groups, sessions, signingKeys, users } from '@/db/schema';
import { newClientFields } from '@/lib/clients';
import { config } from '@/lib/config';
import { listKeys } from '@/lib/signing-keys';
import { newUserHandle } from '@/lib/users';
import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';
import { Browser } from '@/tests/helpers/browser';
import { snapshot } from '@/tests/helpers/database';
import { giveTotp } from '@/tests/helpers/factors';
import { newUser, type Person, seedPasskey, seedPerson, seedSession } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { submit } from '@/tests/setup/request-scope';
import * as ofApiKeys from './api-keys/actions';
import * as ofClients from './clients/actions';
import * as ofGroups from './groups/actions';
import * as ofKeys from './keys/actions';
import * as ofSettings from './settings/actions';
import * as ofUsers from './users/actions';

const wiki = { ...newClientFields, name: 'Wiki', redirectUris: 'https://wiki.example.com/callback' };
const [id, disabledId] = [crypto.randomUUID(), crypto.randomUUID()];
let admin: Person;

beforeEach(async () => {
  admin = await seedPerson();
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, admin.userId));
});

const send = (action: Parameters<typeof submit>[0], fields: Record<string, string>, as: Person = admin) =>
  submit(action, fields, { cookies: as.browser.cookies });

/** What the forms below are about: an app, a group, keys, and somebody who has everything that can be taken away. */
async function seedTargets() {
  await registerClient({ id: 'wiki' });
  await db.insert(groups).values({ id, name: 'Editors' });
  await db
    .insert(apiKeys)
    .values({ id, name: 'Old', digest: 'x', permissions: [], addresses: [], expiresAt: new Date() });
  await listKeys();
  await newUser('Grace', 'grace@example.com');
  const { id: leftId } = await newUser('Left', 'left@example.com');
  await db.update(users).set({ id: disabledId, disabledAt: new Date() }).where(eq(users.id, leftId));
  const ada = { id, email: 'ada@example.com', name: 'Ada', handle: newUserHandle() };
  await db.insert(users).values(ada);
  await db.insert(groupMembers).values({ groupId: id, userId: id });
  await db.insert(grants).values({ userId: id, clientId: 'wiki', scopes: ['openid'], claims: [] });
  await giveTotp({ userId: id, email: ada.email });
  const passkey = await seedPasskey(new SoftwareAuthenticator(config.publicUrl), ada, { id });
  await seedSession(new Browser(), id, passkey.id);
}

/** Every action of these pages, with a form that would do something. */
const actions: [string, Parameters<typeof submit>[0], Record<string, string>][] = [
  ['register an app', ofClients.register, wiki],
  ['change an app', ofClients.change, { ...wiki, id: 'wiki' }],
  ['make a new secret', ofClients.renewSecret, { id: 'wiki' }],
  ['end the tokens of an app', ofClients.endTokens, { id: 'wiki' }],
  ['delete an app', ofClients.remove, { id: 'wiki' }],
  ['make a group', ofGroups.create, { name: 'Readers' }],
  ['rename a group', ofGroups.rename, { id, name: 'Readers' }],
  ['delete a group', ofGroups.remove, { id }],
  ['add to a group', ofGroups.add, { id, email: 'grace@example.com' }],
  ['take out of a group', ofGroups.takeOut, { id, userId: id }],
  ['create an API key', ofApiKeys.create, { name: 'Backup', permissions: 'groups.read', days: '30' }],
  ['revoke an API key', ofApiKeys.revoke, { id }],
  ['make keys', ofKeys.makeKeys, {}],
  ['replace keys', ofKeys.replaceKeys, {}],
  ['change the settings', ofSettings.saveSettings, { passkeys: 'one-factor' }],
  ['invite somebody', ofUsers.invite, { email: 'guest@example.com' }],
  ['disable somebody', ofUsers.disable, { id }],
  ['enable somebody', ofUsers.enable, { id: disabledId }],
  ['make a recovery link', ofUsers.startRecovery, { id }],
  ['turn off two-step sign-in', ofUsers.resetSecondFactor, { id }],
  ['end all sessions of somebody', ofUsers.endSessions, { id }],
  ['remove a passkey of somebody', ofUsers.removePasskey, { id, userId: id }],
  ['vouch for an address', ofUsers.vouch, { id, email: 'ada@example.com' }],
  ['change a role', ofUsers.setRole, { id, role: 'administrator' }],
];

test('no action of these pages is left out of the list', () => {
  const exported = [ofApiKeys, ofClients, ofGroups, ofKeys, ofSettings, ofUsers].flatMap((module) =>
    Object.values(module),
  );
  expect(new Set(actions.map(([, action]) => action))).toEqual(new Set(exported));
});

const strong = { amr: ['hwk', 'user', 'mfa'], acr: 'phrh', stepUpAt: null, recoveryId: null, heldUntil: null };
const weakSessions = () => [
  { amr: ['pwd'], acr: 'aal1' },
  { amr: ['mail'], acr: 'aal1' },
  { amr: ['cli'], acr: 'aal1' },
  { ...strong, stepUpAt: new Date(Date.now() + 60_000), stepUpAmr: ['pwd'], stepUpAcr: 'aal1' },
  { ...strong, recoveryId: id, heldUntil: new Date(Date.now() + 3_600_000) },
];

test.each(actions)(
  'I11: nobody, a member and an administrator without a recent and strong authentication cannot %s, one with it can',
  async (_, action, fields) => {
    await seedTargets();
    const member = await seedPerson();
    const proveAt = (authTime: Date) => db.update(sessions).set({ authTime }).where(eq(sessions.userId, admin.userId));
    await proveAt(new Date(Date.now() - 11 * 60_000));

    const before = await snapshot();
    expect((await submit(action, fields)).state).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/^You are signed out/),
    });
    expect((await send(action, fields, member)).state).toMatchObject({
      message: expect.stringMatching(/^Only an administrator/),
    });
    expect((await send(action, fields)).state).toMatchObject({ needsStepUp: true });
    expect(await snapshot()).toEqual(before);

    await proveAt(new Date());
    for (const weak of weakSessions()) {
      await db.update(sessions).set(weak).where(eq(sessions.userId, admin.userId));
      const before = await snapshot();
      expect((await send(action, fields)).state).toMatchObject({ status: 'failed', needsStepUp: true });
      expect(await snapshot()).toEqual(before);
    }
    await db.update(sessions).set(strong).where(eq(sessions.userId, admin.userId));
    const unchanged = await snapshot();
    const { state, redirectedTo } = await send(action, fields);
    expect(redirectedTo ?? state?.status).toMatch(/^(done|\/admin\/clients)/);
    expect(await snapshot()).not.toEqual(unchanged);
  },
);

describe('an app', () => {
  test('is registered with the secret and what it has to be told in the answer, once', async () => {
    const { state } = await send(ofClients.register, { ...wiki, id: 'wiki' });
    expect(state).toMatchObject({
      status: 'done',
      data: { clientId: 'wiki', secret: expect.stringMatching(/^[\w-]{43}$/), scope: 'openid profile email' },
    });
    const { state: changed } = await send(ofClients.change, { ...wiki, id: 'wiki', name: 'Encyclopedia' });
    expect(changed).toEqual({ status: 'done', message: expect.stringMatching(/^Saved/) });
    expect(await db.select({ name: clients.name }).from(clients)).toEqual([{ name: 'Encyclopedia' }]);
  });

  test('refused, it says so at the field and keeps what was typed, boxes of every name included', async () => {
    const typed = { ...wiki, redirectUris: 'http://wiki.example.com/', deviceCode: 'on', refreshToken: 'on' };
    expect((await send(ofClients.register, typed)).state).toEqual({
      status: 'failed',
      message: 'Check what you entered.',
      fields: { redirectUris: expect.stringContaining('must begin with https://') },
      values: typed,
    });
    await registerClient({ id: 'wiki' });
    expect((await send(ofClients.register, { ...wiki, id: 'wiki' })).state).toMatchObject({
      fields: { id: expect.any(String) },
      values: wiki,
    });
  });

  test('is limited to the groups whose boxes are ticked', async () => {
    await db.insert(groups).values({ id, name: 'Editors' });
    await send(ofClients.register, { ...wiki, id: 'wiki', [`group.${id}`]: 'on' });
    expect((await send(ofGroups.remove, { id })).state).toMatchObject({
      message: expect.stringMatching(/^An app is limited/),
    });
    const gone = `group.${crypto.randomUUID()}`;
    const { state } = await send(ofClients.change, { ...wiki, id: 'wiki', [gone]: 'on' });
    expect(state).toMatchObject({ fields: { groups: expect.stringContaining('is gone') } });
  });

  test('deleted, it leads back to the list', async () => {
    await registerClient({ id: 'wiki' });
    expect((await send(ofClients.remove, { id: 'wiki' })).redirectedTo).toBe('/admin/clients?notice=deleted');
    expect((await send(ofClients.remove, { id: 'wiki' })).state).toMatchObject({ status: 'failed' });
  });
});

test('groups are made, renamed, filled and emptied, and what is wrong is said', async () => {
  expect((await send(ofGroups.create, { name: 'Editors' })).state).toMatchObject({ status: 'done' });
  expect((await send(ofGroups.create, { name: ' Editors ' })).state).toMatchObject({
    fields: { name: expect.stringMatching(/already/) },
  });
  const [group] = await db.select().from(groups);
  const person = { id: group!.id, userId: admin.userId };
  expect((await send(ofGroups.add, { id: group!.id, email: admin.email.toUpperCase() })).state?.status).toBe('done');
  expect((await send(ofGroups.add, { id: group!.id, email: 'x@example.com' })).state).toMatchObject({
    fields: { email: expect.stringMatching(/^Nobody here/) },
  });
  expect((await send(ofGroups.takeOut, person)).state?.status).toBe('done');
  expect((await send(ofGroups.takeOut, person)).state?.status).toBe('failed');
  expect((await send(ofGroups.rename, { id: group!.id, name: 'Authors' })).state?.status).toBe('done');
  expect((await send(ofGroups.remove, { id: group!.id })).state?.status).toBe('done');
});

test('keys are made once until they sign, and replaced at any time', async () => {
  await listKeys();
  expect((await send(ofKeys.makeKeys, {})).state?.status).toBe('done');
  expect((await send(ofKeys.makeKeys, {})).state).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/already/),
  });
  expect((await send(ofKeys.replaceKeys, {})).state?.status).toBe('done');
  expect(await db.$count(signingKeys)).toBe(6);
});
