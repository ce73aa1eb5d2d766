import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { clientGroups, clients, grants, oidcArtifacts } from '@/db/schema';
import { hashToken } from '@/lib/crypto';
import { createGroup } from '@/lib/groups';
import { eventsOf, onlyRow } from '@/tests/helpers/database';
import { runOperation } from '@/tests/helpers/operations';
import { seedPerson } from '@/tests/helpers/people';
import { RelyingParty } from '@/tests/helpers/relying-party';
import {
  clientFields,
  clientSettings,
  createClient,
  deleteClient,
  listClients,
  newClientFields,
  readClient,
  rotateSecret,
  settingsFrom,
  updateClient,
} from './index';
import { ownClientId } from './rules';

const form = { ...newClientFields, name: 'Wiki', redirectUris: 'https://wiki.example.com/callback' };
const settings = (more: Record<string, string> = {}) => settingsFrom({ ...form, ...more });

/** The fields at which a form is refused. */
function refusedAt(more: Record<string, string | undefined>) {
  const parsed = clientSettings.safeParse(settingsFrom({ ...form, ...more }));
  return parsed.success ? [] : [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))];
}

async function create(more: Record<string, string> = {}, id = '') {
  const created = await runOperation(createClient, { ...settings(more), id });
  if (!created.ok) throw new Error(created.error);
  return created.value;
}

describe('the rules', () => {
  const ec = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };
  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no key', '{"keys":[]}'],
    ['a private key', JSON.stringify({ keys: [{ ...ec, d: 'secret' }] })],
    ['a private key beside a public one', JSON.stringify({ keys: [ec, { ...ec, d: 'secret' }] })],
    ['a key shared by both', JSON.stringify({ keys: [{ kty: 'oct', k: 'secret' }] })],
  ])('H7: %s is refused as the keys of an app', (_, jwks) => {
    expect(refusedAt({ authMethod: 'private_key_jwt', jwks })).toEqual(['jwks']);
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['no name', { name: ' ' }, 'name'],
    ['no address', { redirectUris: '' }, 'redirectUris'],
    ['no way to get tokens', { authorizationCode: undefined }, 'grantTypes'],
    ['tokens of its own without a secret', { authMethod: 'none', clientCredentials: 'on' }, 'grantTypes'],
    ['H4: no secret and no PKCE', { authMethod: 'none', requiresPkce: undefined }, 'requiresPkce'],
    [
      'H12: a subject of its own on two hosts',
      { subjectType: 'pairwise', redirectUris: 'https://a.example/\nhttps://b.example/' },
      'subjectType',
    ],
    ['a picture that is a drawing with a script', { logo: 'data:image/svg+xml;base64,PHN2Zz4=' }, 'logo'],
    ['a picture that only says it is one', { logo: 'data:image/png;base64,PHN2Zz4=' }, 'logo'],
    ['a picture from elsewhere', { logo: 'https://evil.example/x.png' }, 'logo'],
    ['an unknown way to prove itself', { authMethod: 'client_secret_jwt' }, 'authMethod'],
    ['an algorithm that is none', { signingAlg: 'none' }, 'signingAlg'],
  ])('%s is refused at its field', (_, more, at) => expect(refusedAt(more)).toEqual([at]));

  test('H23: a client id is never of the form of a user’s id', () => {
    expect(ownClientId.safeParse(crypto.randomUUID()).success).toBe(false);
    expect(ownClientId.safeParse(crypto.randomUUID().toUpperCase()).success).toBe(false);
    for (const id of ['a b', 'a/b', 'ä', 'x'.repeat(65), 'a\0b']) expect(ownClientId.safeParse(id).success).toBe(false);
    for (const id of ['', 'wiki', 'grafana.example.com']) expect(ownClientId.safeParse(id).success).toBe(true);
  });
});

describe('the secret (H7)', () => {
  test('is given once and kept as a hash only', async () => {
    const { id, secret } = await create();
    const row = await onlyRow(db.select().from(clients));
    expect(row).toMatchObject({ id, secretHash: hashToken(secret!) });
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(JSON.stringify(await listClients())).not.toContain(row.secretHash);
    expect(await eventsOf()).toMatchObject([{ type: 'admin.client-created', outcome: 'success' }]);
  });

  test('opens the token endpoint, until a new one takes its place', async () => {
    const { id, secret } = await create({ clientCredentials: 'on' });
    const client = (await readClient(id))!;
    const asking = (withSecret: string) =>
      new RelyingParty(client, withSecret).token({ grant_type: 'client_credentials' });
    expect((await asking(secret!)).status).toBe(200);

    const rotated = await runOperation(rotateSecret, { id });
    if (!rotated.ok) throw new Error(rotated.error);
    expect(await asking(secret!)).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
    expect((await asking(rotated.value.secret)).status).toBe(200);
  });

  test('is made for who begins to need one, kept for who had one, and taken from who needs none', async () => {
    const { id, secret } = await create({ authMethod: 'none' });
    expect(secret).toBeUndefined();
    expect((await runOperation(rotateSecret, { id })).ok).toBe(false);
    const change = async (authMethod: string) => {
      const changed = await runOperation(updateClient, { ...settings({ authMethod }), id });
      return changed.ok && changed.value.secret;
    };
    expect(await change('client_secret_basic')).toMatch(/^[\w-]{43}$/);
    const stored = (await readClient(id))!.secretHash;
    expect(await change('client_secret_post')).toBeUndefined();
    expect((await readClient(id))!.secretHash).toBe(stored);
    expect(await change('none')).toBeUndefined();
    expect((await readClient(id))!.secretHash).toBeNull();
  });
});

test('an id that leads elsewhere in an address is refused', () => {
  const taken = ['.', '..', 'new', '...', 'news', 'a.b'].filter((id) => ownClientId.safeParse(id).success);
  expect(taken).toEqual(['...', 'news', 'a.b']);
});

test('an id is given once, of two at the same time to one', async () => {
  const both = await Promise.all([1, 2].map(() => runOperation(createClient, { ...settings(), id: 'wiki' })));
  expect(both.map((one) => (one.ok ? 'made' : one.error)).sort()).toEqual(['client_id_taken', 'made']);
  expect((await create()).id).toMatch(/^app-[a-z0-9]{12}$/);
});

test('what a form sends is what the form is filled with again', async () => {
  const group = await runOperation(createGroup, { name: 'Editors' });
  const id = group.ok ? group.value.id : '';
  const full = {
    ...form,
    logo: 'data:image/png;base64,iVBORw0KGgoAAAA=',
    postLogoutRedirectUris: 'https://wiki.example.com/bye\nhttps://wiki.example.com/',
    backchannelLogoutUri: 'https://wiki.example.com/out',
    refreshToken: 'on',
    clientCredentials: 'on',
    groupsClaim: 'on',
    firstParty: 'on',
    allowsPrivateHttp: 'on',
    demandedAcr: 'phrh',
    signingAlg: 'ES256',
    subjectType: 'pairwise',
    jwks: '',
    [`group.${id}`]: 'on',
  };
  await create(full, 'wiki');
  expect(clientFields((await readClient('wiki'))!)).toEqual(full);
  expect(await listClients()).toMatchObject([{ id: 'wiki', limited: true, users: 0 }]);
});

test('a group that is gone meanwhile never leaves an app open to everybody', async () => {
  const gone = `group.${crypto.randomUUID()}`;
  expect(await runOperation(createClient, { ...settings({ [gone]: 'on' }), id: 'wiki' })).toMatchObject({
    ok: false,
    error: 'client_group_gone',
  });
  expect(await db.$count(clients)).toBe(0);
  const { id } = await create();
  expect(await runOperation(updateClient, { ...settings({ name: 'New', [gone]: 'on' }), id })).toMatchObject({
    ok: false,
  });
  expect(await readClient(id)).toMatchObject({ name: 'Wiki', groups: [] });
});

test('deleting takes with it what it was given: tokens, grants, limits', async () => {
  const group = await runOperation(createGroup, { name: 'Editors' });
  const { id, secret } = await create({ firstParty: 'on', refreshToken: 'on' });
  const { browser, userId } = await seedPerson();
  await new RelyingParty((await readClient(id))!, secret!).signIn(browser, { scope: 'openid profile' });
  await db.insert(grants).values({ userId, clientId: id, scopes: ['openid'], claims: [] });
  await db.insert(clientGroups).values({ clientId: id, groupId: group.ok ? group.value.id : '' });
  expect(await db.$count(oidcArtifacts, eq(oidcArtifacts.clientId, id))).toBeGreaterThan(0);
  expect(await listClients()).toMatchObject([{ users: 1 }]);

  expect((await runOperation(deleteClient, { id })).ok).toBe(true);
  expect(await db.$count(oidcArtifacts, eq(oidcArtifacts.clientId, id))).toBe(0);
  expect([await db.$count(grants), await db.$count(clientGroups), await db.$count(clients)]).toEqual([0, 0, 0]);
  expect((await runOperation(deleteClient, { id })).ok).toBe(false);
});

test('the people of an app are counted up to a thousand, however many there are', async () => {
  const { id } = await create({ firstParty: 'on' });
  await db.execute(sql`insert into users (handle, email, name, username) select decode(lpad(to_hex(n), 128, '0'), 'hex'),
    'person' || n || '@example.org', 'Somebody', 'person' || n from generate_series(1, 1100) n`);
  await db.execute(
    sql`insert into grants (user_id, client_id, scopes, claims) select id, ${id}, '{}', '{}' from users`,
  );
  expect(await listClients()).toMatchObject([{ users: 1_000 }]);
  await db.execute(sql`delete from grants where user_id in (select id from users order by id limit 200)`);
  expect(await listClients()).toMatchObject([{ users: 900 }]);
});
