import { eq } from 'drizzle-orm';
import { NextRequest } from 'next/server';
import { beforeEach, describe, expect, test } from 'vitest';
import { GET as describeApi } from '@/app/api/v1/openapi.json/route';
import { db } from '@/db';
import { apiKeys, auditEvents, clients, groups, idempotentAnswers, users } from '@/db/schema';
import { config } from '@/lib/config';
import { newKey, send } from '@/tests/helpers/api';
import { eventsOf } from '@/tests/helpers/database';
import { type Person, seedPerson } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { withSettings } from '@/tests/setup/settings';
import { serveApi } from '.';

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
    const [denied] = await db.select().from(auditEvents).where(eq(auditEvents.type, 'authz.denied'));
    expect(denied).toMatchObject({ reason: 'address_not_allowed', details: { apiKey: elsewhere.id } });
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

test('what is refused says which field, and how to authenticate', async () => {
  const { key } = await newKey();
  const refused = (field: string) => ({ status: 400, json: { error: { code: 'invalid_request', field } } });
  expect(await send('POST /groups', {}, { key, body: {} })).toMatchObject(refused('name'));
  expect(await send('POST /groups', {}, { key, body: { name: 'A', nmae: 'B' } })).toMatchObject(refused('nmae'));
  const headers = { 'idempotency-key': 'x'.repeat(256) };
  expect(await send('POST /groups', {}, { key, body: { name: 'A' }, headers })).toMatchObject(
    refused('Idempotency-Key'),
  );
  expect((await send('GET /groups')).headers.get('www-authenticate')).toBe('Bearer');
  expect((await send('GET /groups', {}, { key: 'lk_x' })).headers.get('www-authenticate')).toMatch(/invalid_token/);
  expect(await send('POST /groups/{id}/members', {}, { key, body: { email: 'a@example.com' } })).toMatchObject({
    status: 404,
    json: { error: { code: 'group_not_found' } },
  });
});

test('an app as it is shown can be sent back, also with a large picture', async () => {
  const { key } = await newKey();
  const logo = `data:image/png;base64,iVBORw0KGgo${'A'.repeat(65_000)}`;
  const settings = { ...app, logo, grantTypes: ['authorization_code', 'refresh_token'] };
  expect((await send('POST /clients', {}, { key, body: settings })).status).toBe(201);
  const { json } = await send('GET /clients/{id}', { id: 'wiki' }, { key });
  expect((await send('PUT /clients/{id}', { id: 'wiki' }, { key, body: json })).status).toBe(200);
  expect((await send('GET /clients/{id}', { id: 'wiki' }, { key })).json).toEqual(json);
});

test('J4: a source has its share of requests with keys, good or bad, and a key its own', async () => {
  const { key } = await newKey();
  await withSettings({ RATE_LIMIT_SCALE: '0.1' }, async () => {
    const answers = [];
    for (const one of [...Array(61).fill(key), ...Array(60).fill('lk_guessed')])
      answers.push((await send('GET /groups', {}, { key: one })).status);
    expect(answers).toEqual([...Array(60).fill(200), 429, ...Array(59).fill(401), 429]);
  });
});

test('a list is read page by page, each row once', async () => {
  const { key } = await newKey();
  const names = ['Ähren', 'a', 'B', 'c%', 'd'];
  for (const name of names) await send('POST /groups', {}, { key, body: { name } });
  for (const id of ['one', 'two', 'three']) await registerClient({ id });
  const walk = async (route: 'GET /groups' | 'GET /clients', field: 'name' | 'id') => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = `limit=2${cursor && `&cursor=${cursor}`}`;
      const { json } = await send(route, {}, { key, query });
      seen.push(...json[route.slice(5)].map((row: Record<string, string>) => row[field]));
      cursor = json.next;
    }
    return seen;
  };
  expect((await walk('GET /groups', 'name')).toSorted()).toEqual(names.toSorted());
  expect((await walk('GET /clients', 'id')).toSorted()).toEqual(['one', 'three', 'two']);
  expect(await send('GET /groups', {}, { key, query: 'limit=101' })).toMatchObject({
    json: { error: { field: 'limit' } },
  });
});

test('a path that is spelled out is no id, and takes its own methods alone', async () => {
  const { key } = await newKey();
  const request = new NextRequest(`${config.publicUrl}/api/v1/users/invitations`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const response = await serveApi(request, ['users', 'invitations']);
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});

test('a cursor that no list gave is refused', async () => {
  const { key } = await newKey();
  const refused = { status: 400, json: { error: { field: 'cursor' } } };
  for (const place of ['0000-01-01T00:00:00.000000Z', 'yesterday']) {
    const cursor = Buffer.from(`${place} ${crypto.randomUUID()}`).toString('base64url');
    expect(await send('GET /users', {}, { key, query: `cursor=${cursor}` })).toMatchObject(refused);
  }
  expect(await send('GET /clients', {}, { key, query: 'cursor=VJ4A' })).toMatchObject(refused);
});

test('an address that cannot be read is refused, whatever else is wrong with it', async () => {
  const { key } = await newKey();
  const refused = { status: 400, json: { error: { code: 'invalid_request', field: 'redirectUris.0' } } };
  const redirectUris = [`no address ${'x'.repeat(20_000)}`];
  expect(await send('POST /clients', {}, { key, body: { ...app, redirectUris } })).toMatchObject(refused);
});

test('HEAD is GET without its body', async () => {
  const { key } = await newKey(['groups.read']);
  const headers = { authorization: `Bearer ${key}` };
  const request = new NextRequest(`${config.publicUrl}/api/v1/groups`, { method: 'HEAD', headers });
  const response = await serveApi(request, ['groups']);
  expect([response.status, await response.text()]).toEqual([200, '']);
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
