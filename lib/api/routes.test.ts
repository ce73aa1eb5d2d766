import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, groups, sessions, users } from '@/db/schema';
import { isKeyPermission, type KeyPermission, keyPermissions, permissionOf } from '@/lib/access';
import { config } from '@/lib/config';
import { listKeys } from '@/lib/signing-keys';
import { anyId as id, newKey, type Sent, send } from '@/tests/helpers/api';
import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';
import { snapshot } from '@/tests/helpers/database';
import { newUser, type Person, seedPasskey, seedPerson } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { routes } from './routes';

const group = 'Editors';
let admin: Person;

beforeEach(async () => {
  admin = await seedPerson();
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, admin.userId));
});

const app = {
  id: 'wiki',
  name: 'Wiki',
  authMethod: 'client_secret_basic',
  redirectUris: ['https://wiki.example.com/cb'],
};
/** A body with which an operation does something. */
const bodies: Partial<Record<keyof typeof routes, object>> = {
  'POST /users/invitations': { email: 'guest@example.com' },
  'PUT /users/{id}/role': { role: 'administrator' },
  'PUT /users/{id}/confirmed-address': { email: 'grace@example.com' },
  'POST /groups': { name: 'Readers' },
  'PATCH /groups/{id}': { name: 'Readers' },
  'POST /groups/{id}/members': { email: 'grace@example.com' },
  'POST /clients': { ...app, id: 'docs' },
  'PUT /clients/{id}': { ...app, name: 'Docs', groups: [] },
  'PUT /settings': { passkeyIsTwoFactors: false },
  'POST /signing-keys': {},
  'POST /api-keys': { name: 'Backup', permissions: ['groups.read'] },
};

async function seedTargets(route: string): Promise<Record<string, string>> {
  await db.insert(groups).values({ id, name: group });
  await registerClient({ id: 'wiki' });
  await listKeys();
  const grace = await newUser('Grace', 'grace@example.com');
  await db.update(users).set({ emailVerifiedAt: null }).where(eq(users.id, grace.id));
  const { id: passkeyId } = await seedPasskey(new SoftwareAuthenticator(config.publicUrl), grace);
  const key = await newKey();
  if (route.includes('/users/')) return { id: grace.id, passkeyId };
  if (route.includes('/clients/')) return { id: 'wiki' };
  if (route.includes('/api-keys/')) return { id: key.id };
  if (route.startsWith('DELETE /groups/{id}/members')) {
    await send('POST /groups/{id}/members', {}, { as: admin, body: { email: grace.email } });
    return { id, userId: grace.id };
  }
  return { id };
}

describe.each(Object.keys(routes) as (keyof typeof routes)[])('%s', (route) => {
  const body = bodies[route];
  const { access } = routes[route]!;
  const permission = permissionOf(access) as KeyPermission;
  const writes = !access.endsWith('.read');

  test('I11: is for those whom its access names, and for nobody else', async () => {
    const params = await seedTargets(route);
    const isForKeys = isKeyPermission(permission);
    const others = keyPermissions.filter((one) => one !== permission);
    const outsiders: [number, string, Sent][] = [
      [401, 'session_required', {}],
      [403, 'not_administrator', { as: await seedPerson() }],
      [403, 'forbidden', { key: (await newKey(others)).key }],
      [401, 'api_key_invalid', { key: `lk_${'x'.repeat(43)}_00000000`, as: admin }],
    ];
    const before = await snapshot();
    for (const [status, code, sent] of outsiders)
      expect(await send(route, params, { ...sent, body })).toMatchObject({ status, json: { error: { code } } });
    await db.update(sessions).set({ authTime: new Date(Date.now() - 11 * 60_000) });
    if (writes)
      expect(await send(route, params, { as: admin, body })).toMatchObject({
        json: { error: { code: 'step_up_required' } },
      });
    expect({ ...(await snapshot()), api_keys: 0, sessions: 0 }).toEqual({ ...before, api_keys: 0, sessions: 0 });

    if (isForKeys)
      return expect((await send(route, params, { key: (await newKey([permission])).key, body })).status).toBeLessThan(
        300,
      );
    expect(await send(route, params, { key: (await newKey()).key, body })).toMatchObject({ status: 403 });
    await db.update(sessions).set({ authTime: new Date() });
    expect((await send(route, params, { as: admin, body })).status).toBeLessThan(300);
  });

  test('a session changes nothing from another site', async () => {
    const params = await seedTargets(route);
    const { status, json } = await send(route, params, {
      as: admin,
      body,
      headers: { origin: 'https://evil.example' },
    });
    if (!writes) return;
    expect([status, json.error.code]).toEqual([403, 'origin_not_allowed']);
    expect(await db.$count(auditEvents, eq(auditEvents.type, 'csrf.blocked'))).toBe(1);
  });
});

test('a body that names another thing than the path is refused, one that names the same is not', async () => {
  const { key } = await newKey();
  const { id } = (await send('POST /groups', {}, { key, body: { name: 'Editors' } })).json;
  const rename = (body: object) => send('PATCH /groups/{id}', { id }, { key, body: { name: 'Writers', ...body } });
  expect(await rename({ id: crypto.randomUUID() })).toMatchObject({ status: 400, json: { error: { field: 'id' } } });
  expect((await rename({ id })).status).toBe(200);
});

test('nothing is done from a page that showed somebody else; a key is nobody on a page', async () => {
  const { key } = await newKey();
  const other = await seedPerson();
  const from = (person: Person) => ({ headers: { 'x-latchkey-shown-as': person.userId }, body: { name: 'Editors' } });
  const refused = { status: 403, json: { error: { code: 'another_account' } } };
  expect(await send('POST /groups', {}, { as: admin, ...from(other) })).toMatchObject(refused);
  expect((await send('POST /groups', {}, { as: admin, ...from(admin) })).status).toBe(201);
  expect((await send('DELETE /groups/{id}', {}, { key, ...from(other), body: undefined })).status).toBe(404);
});

test('an invitation that is sent again with its Idempotency-Key uses up no share of the e-mails', async () => {
  const { key } = await newKey();
  const invite = (once: string) =>
    send(
      'POST /users/invitations',
      {},
      { key, headers: { 'idempotency-key': once }, body: { email: 'a@example.com' } },
    );
  for (let n = 0; n < 6; n++) expect((await invite('one')).status).toBe(200);
  expect((await invite('two')).status).toBe(200);
});
