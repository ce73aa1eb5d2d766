import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { eq } from 'drizzle-orm';
import { NextRequest } from 'next/server';
import { beforeEach, describe, expect, test } from 'vitest';
import { GET as describeApi } from '@/app/api/v1/openapi.json/route';
import { db } from '@/db';
import { apiKeys, auditEvents, clients, groups, idempotentAnswers, sessions, users } from '@/db/schema';
import { type KeyPermission, keyPermissions, permissionOf } from '@/lib/access';
import { createApiKey } from '@/lib/api-keys';
import { config } from '@/lib/config';
import { listKeys } from '@/lib/signing-keys';
import { eventsOf, snapshot } from '@/tests/helpers/database';
import { runOperation } from '@/tests/helpers/operations';
import { newUser, type Person, seedPerson } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { openApi, serveApi } from '.';
import { routes } from './routes';

const id = crypto.randomUUID();
const group = 'Editors';
let admin: Person;

beforeEach(async () => {
  admin = await seedPerson();
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, admin.userId));
});

type Sent = { as?: Person; key?: string; body?: object; headers?: Record<string, string> };

const ajv = new Ajv2020({ strict: false });
addFormats(ajv);
ajv.addSchema(openApi(), 'api');

/** What an answer must be, by the description of the API. */
function expectDescribed(route: string, status: number, json: unknown) {
  const [method = '', path = ''] = route.split(' ');
  const pointer = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', 'application/json'];
  const encoded = [...pointer, 'schema'].map((part) =>
    encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  const validate = ajv.getSchema(`api#/${encoded.join('/')}`);
  expect(validate, `${route} answers ${status}, which is not described`).toBeDefined();
  expect(validate!(json) || validate!.errors).toBe(true);
}

/** Sends a request to a route of the table; what comes back is what the description says. */
async function send(route: keyof typeof routes, params: Record<string, string> = {}, sent: Sent = {}) {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name) => params[name] ?? id);
  const address = encodeURI(path);
  const headers = new Headers(sent.key ? { authorization: `Bearer ${sent.key}` } : { origin: config.publicUrl });
  if (sent.as) headers.set('cookie', [...sent.as.browser.cookies].map((pair) => pair.join('=')).join('; '));
  if (sent.body) headers.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(sent.headers ?? {})) headers.set(name, value);
  if (!headers.get('content-type')) headers.delete('content-type');
  // As bytes: a string would be given a type of its own.
  const body = sent.body && new TextEncoder().encode(JSON.stringify(sent.body));
  const request = new NextRequest(`${config.publicUrl}/api/v1${address}`, { method, headers, body });
  const response = await serveApi(request, path.split('/').slice(1));
  const json = await response.json();
  expectDescribed(route, response.status, json);
  return { status: response.status, json, headers: response.headers };
}

async function newKey(permissions: KeyPermission[] = [...keyPermissions], more: object = {}) {
  const made = await runOperation(createApiKey, {
    name: `Key ${crypto.randomUUID().slice(0, 8)}`,
    permissions,
    ...more,
  });
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

const app = {
  id: 'wiki',
  name: 'Wiki',
  authMethod: 'client_secret_basic',
  redirectUris: ['https://wiki.example.com/cb'],
};
/** A body with which an operation does something. */
const bodies: Partial<Record<keyof typeof routes, object>> = {
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
  const key = await newKey();
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
    const isForKeys = (keyPermissions as readonly string[]).includes(permission);
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
    if (writes) expect([status, json.error.code]).toEqual([403, 'origin_not_allowed']);
  });
});

describe('an API key', () => {
  test('is stored as a digest, and known by its form', async () => {
    const { key } = await newKey();
    expect(key).toMatch(/^lk_[\w-]{43}_[0-9a-f]{8}$/);
    expect(JSON.stringify(await db.select().from(apiKeys))).not.toContain(key);
    expect(JSON.stringify(await eventsOf())).not.toContain(key);
  });

  test('is worth nothing once it has ended, expired or is used from elsewhere', async () => {
    const refused = { status: 401, json: { error: { code: 'api_key_invalid' } } };
    const elsewhere = await newKey(undefined, { addresses: ['198.51.100.0/24'] });
    expect(await send('GET /groups', {}, { key: elsewhere.key })).toMatchObject(refused);
    const { id: keyId, key } = await newKey();
    expect((await send('GET /groups', {}, { key })).headers.get('www-authenticate')).toBeNull();
    await db
      .update(apiKeys)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(apiKeys.id, keyId));
    expect(await send('GET /groups', {}, { key })).toMatchObject(refused);
    const other = await newKey();
    expect((await send('DELETE /api-keys/{id}', { id: other.id }, { as: admin })).status).toBe(200);
    expect(await send('GET /groups', {}, { key: other.key })).toMatchObject(refused);
  });

  test('asks as itself, also from a browser where an administrator is signed in', async () => {
    const { key } = await newKey(['groups.read']);
    const sent = { key, as: admin, headers: { origin: config.publicUrl }, body: { name: 'Readers' } };
    expect((await send('POST /groups', {}, sent)).status).toBe(403);
    const { key: writer, id: keyId } = await newKey(['groups.write']);
    expect((await send('POST /groups', {}, { key: writer, body: { name: 'Readers' } })).status).toBe(201);
    const [event] = await db.select().from(auditEvents).where(eq(auditEvents.type, 'admin.group-changed'));
    expect(event).toMatchObject({ actorId: null, targetType: 'group', details: { change: 'created', apiKey: keyId } });
  });
});

test('I14: what no text of the database can hold is refused in the path as well', async () => {
  const { key } = await newKey();
  for (const route of ['DELETE /clients/{id}', 'DELETE /clients/{id}/tokens', 'GET /clients/{id}'] as const)
    expect(await send(route, { id: 'a\0b' }, { key })).toMatchObject({ status: 400 });
});

test('nothing is done by half: groups that are left out, and a body of no type', async () => {
  const { key } = await newKey();
  await registerClient({ id: 'wiki' });
  expect(await send('PUT /clients/{id}', { id: 'wiki' }, { key, body: app })).toMatchObject({ status: 400 });
  const headers = { 'content-type': '', 'content-length': '20' };
  expect(await send('POST /signing-keys', {}, { key, body: { compromised: true }, headers })).toMatchObject({
    status: 415,
  });
});

describe('an Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'once' };

  test('creates once, also of two at once, and keeps no secret', async () => {
    const { key } = await newKey();
    const sent = { key, headers, body: { ...app, id: undefined } };
    const [one, two] = await Promise.all([send('POST /clients', {}, sent), send('POST /clients', {}, sent)]);
    expect([one!.status, two!.status, one!.json.id]).toEqual([201, 201, two!.json.id]);
    expect([one, two].filter((answer) => answer!.json.secret)).toHaveLength(1);
    expect(await db.$count(clients)).toBe(1);
    expect(JSON.stringify(await db.select().from(idempotentAnswers))).not.toMatch(/secret/);
  });

  test('is for one request and for whoever sent it', async () => {
    const [{ key }, other] = [await newKey(), await newKey()];
    expect((await send('POST /groups', {}, { key, headers, body: { name: 'A' } })).status).toBe(201);
    expect((await send('POST /groups', {}, { key, headers, body: { name: 'B' } })).status).toBe(422);
    expect((await send('POST /groups', {}, { key: other.key, headers, body: { name: 'B' } })).status).toBe(201);
    expect(
      (await send('POST /groups', {}, { key, headers: { 'idempotency-key': 'x' }, body: { name: 'B' } })).status,
    ).toBe(409);
    await db.delete(groups);
    expect(
      (await send('POST /groups', {}, { key, headers: { 'idempotency-key': 'x' }, body: { name: 'B' } })).status,
    ).toBe(201);
  });
});

test('the description is OpenAPI 3.1, for anybody', async () => {
  const response = await describeApi(new NextRequest(`${config.publicUrl}/api/v1/openapi.json`), {
    params: Promise.resolve({}),
  });
  expect(await response.json()).toMatchObject({
    openapi: '3.1.0',
    paths: { '/groups': { get: { operationId: 'groups.list' } } },
  });
});
