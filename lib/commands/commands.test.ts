import { NextRequest } from 'next/server';
import { afterEach, expect, test, vi } from 'vitest';
import { db } from '@/db';
import { auditEvents, groups } from '@/db/schema';
import { serveApi } from '@/lib/api';
import { newKey } from '@/tests/helpers/api';
import { camel, commands, optionsOf, printed, runHere, runThroughApi } from '.';

afterEach(() => void vi.unstubAllGlobals());

const create = commands['groups create <name>']!;

test('words and options of every command are fields of its input, and every field is one of them', () => {
  for (const [words, { input }] of Object.entries(commands)) {
    const names = [...words.matchAll(/<([\w-]+)>/g)].map(([, name = '']) => camel(name));
    const fields = Object.keys((input as { shape: object }).shape);
    expect([words, [...names, ...Object.keys(optionsOf(input, names))].sort()]).toEqual([words, fields.sort()]);
  }
});

test('options are read by what the field is: a flag, a list, a number, JSON, nothing', () => {
  const { requiresPkce, redirectUris, jwks, logo } = optionsOf(commands['clients create <name>']!.input, ['name']);
  expect(requiresPkce!.flags).toEqual(['--requires-pkce', '--no-requires-pkce']);
  expect(redirectUris!.flags).toEqual(['--redirect-uris <value...>']);
  expect([jwks!.decode('{"keys":[]}'), jwks!.decode('{'), logo!.decode('')]).toEqual([{ keys: [] }, '{', null]);
  expect(optionsOf(commands['api-keys create <name>']!.input, ['name']).days!.decode('7')).toBe(7);
});

test('a command does what its form does, and the event says where it came from', async () => {
  expect(await runHere(create, { name: 'Editors' })).toMatchObject({ ok: true });
  expect(await runHere(create, { name: 'Editors' })).toMatchObject({
    error: { code: 'group_name_taken', field: 'name' },
  });
  expect(await runHere(create, { nmae: 'Editors' })).toMatchObject({ error: { code: 'invalid_request' } });
  expect(await db.select().from(auditEvents)).toMatchObject([{ actorId: null, browser: 'latchkey groups.create' }]);
});

test('through the API it is asked as the key, in the path, the query and the body', async () => {
  vi.stubGlobal('fetch', (address: string, init: RequestInit) => {
    const request = new NextRequest(address, init as never);
    return serveApi(request, request.nextUrl.pathname.split('/').slice(3).map(decodeURIComponent));
  });
  const { key } = await newKey(['groups.write', 'groups.read']);
  const made = await runThroughApi(create, { name: 'Editors' }, key);
  expect(made).toMatchObject({ ok: true, value: { id: expect.any(String) } });
  const { id } = (made as { value: { id: string } }).value;
  expect(await runThroughApi(commands['groups rename <id> <name>']!, { id, name: 'Writers' }, key)).toMatchObject({
    ok: true,
  });
  expect(await db.select().from(groups)).toMatchObject([{ name: 'Writers' }]);
  expect(await runThroughApi(commands['groups list']!, {}, key)).toMatchObject({
    value: { groups: [{ name: 'Writers' }] },
  });
  expect(await runThroughApi(commands['clients delete <id>']!, { id: '../groups' }, key)).toMatchObject({
    error: { code: 'forbidden' },
  });
  expect(await runThroughApi(create, { name: 'Readers' }, 'lk_x')).toMatchObject({
    error: { code: 'api_key_invalid' },
  });
});

test('a table has one line for each, whatever somebody calls themselves', () => {
  const rows = [{ id: '1', name: 'Eve\u001b[2J\n', members: [{ name: 'Ada' }, { id: '2' }] }];
  expect(printed({ groups: rows, next: null })).toBe('id  name      members\n1   Eve [2J   Ada, 2');
  expect(printed({ groups: [] })).toBe('None.');
  expect(printed({ id: 'wiki', secret: undefined })).toBe('id: wiki');
});
