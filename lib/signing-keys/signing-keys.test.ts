import { sql } from 'drizzle-orm';
import { beforeEach, expect, test, vi } from 'vitest';
import { db, isUnavailable } from '@/db';
import { signingKeys } from '@/db/schema';
import { config } from '@/lib/config';
import { DAYS, fromNow, HOURS, MINUTES } from '@/lib/time';
import { seal } from '@/lib/vault';
import { eventsOf } from '@/tests/helpers/database';
import { runOperation } from '@/tests/helpers/operations';
import { callProvider } from '@/tests/helpers/relying-party';
import { freePort } from '@/tests/setup/free-port';
import { startProcess } from '@/tests/setup/process';
import { withSettings } from '@/tests/setup/settings';
import { getPublishedKids, listKeys, newKey, publishedKids, rotateKeys } from './index';
import { insertKeys, lockKeys, revokeKeys } from './queries';

const start = new Date('2030-01-01T00:00:00Z').getTime();
const _actor = crypto.randomUUID();
const later = (seconds: number) => vi.setSystemTime(start + seconds * 1000);
const statesNow = async () => (await listKeys()).map(({ alg, state }) => `${alg} ${state}`).sort();
const both = (state: string) => [`ES256 ${state}`, `RS256 ${state}`];
const rotate = (compromised = false) => runOperation(rotateKeys, { compromised });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  later(0);
});

test('the first keys sign at once, and there is one set of them however many ask', async () => {
  await Promise.all(Array.from({ length: 4 }, () => listKeys()));
  expect(await statesNow()).toEqual(both('signing'));
});

test('H16: new keys are published, then sign, and the old stay published until nothing they signed can be valid', async () => {
  await listKeys();
  later(10 * DAYS);
  expect((await rotate()).ok).toBe(true);
  expect(await statesNow()).toEqual([...both('published'), ...both('signing')].sort());
  later(10 * DAYS + 59 * MINUTES);
  expect(await statesNow()).toEqual([...both('published'), ...both('signing')].sort());
  later(10 * DAYS + 61 * MINUTES);
  expect(await statesNow()).toEqual([...both('retiring'), ...both('signing')].sort());
  expect(await publishedKids()).toHaveLength(4);
  later(10 * DAYS + 1 * HOURS + config.sessionMax - 60);
  expect(await statesNow()).toEqual([...both('retiring'), ...both('signing')].sort());
  later(10 * DAYS + 1 * HOURS + config.sessionMax + 60);
  expect(await statesNow()).toEqual([...both('retired'), ...both('signing')].sort());
  expect(await publishedKids()).toHaveLength(2);
});

test('after 90 days the next ones are made by themselves', async () => {
  await listKeys();
  later(89 * DAYS);
  expect(await statesNow()).toEqual(both('signing'));
  expect(await eventsOf()).toEqual([]);
  later(90 * DAYS + 60);
  expect(await statesNow()).toEqual([...both('published'), ...both('signing')].sort());
});

const bySchedule = { type: 'admin.keys-rotated', outcome: 'success', reason: 'schedule', subjectId: null, address: '' };

test('K6: that they were made by themselves is written down, once however many ask', async () => {
  await listKeys();
  later(90 * DAYS + 60);
  await Promise.all(Array.from({ length: 4 }, () => listKeys()));
  expect(await db.$count(signingKeys)).toBe(4);
  expect(await eventsOf()).toMatchObject([bySchedule]);
});

test('K6: what cannot be written down is not done', async () => {
  await listKeys();
  later(90 * DAYS + 60);
  await db.execute(sql`alter table audit_events rename to gone`);
  try {
    await expect(listKeys()).rejects.toThrow();
  } finally {
    await db.execute(sql`alter table gone rename to audit_events`);
  }
  expect(await db.$count(signingKeys)).toBe(2);
});

test.runIf(config.databaseUrl)('K6: two instances that make the next ones at once write it down once', async () => {
  vi.useRealTimers();
  await listKeys();
  await db.update(signingKeys).set({ signsFrom: fromNow(-91 * DAYS) });
  const instances = await Promise.all([startProcess({}), startProcess({})]);
  await Promise.all(instances.map((instance) => instance.ask('signingKeys')));
  await Promise.all(instances.map((instance) => instance.stop()));
  expect(await db.$count(signingKeys)).toBe(4);
  expect(await eventsOf()).toMatchObject([bySchedule]);
});

test('while new keys wait there are no more of them, also when two ask at once', async () => {
  await listKeys();
  later(1 * DAYS);
  const outcomes = await Promise.all([rotate(), rotate()]);
  expect(outcomes.map(({ ok }) => ok).sort()).toEqual([false, true]);
  expect(await db.$count(signingKeys)).toBe(4);
  expect(await eventsOf()).toMatchObject([{ type: 'admin.keys-rotated', reason: 'planned' }]);
  later(1 * DAYS + 2 * HOURS);
  expect((await rotate()).ok).toBe(true);
});

test('keys that leaked are out at once, those that wait as well', async () => {
  const before = await publishedKids();
  later(1 * DAYS);
  await rotate();
  later(1 * DAYS + 60);
  expect((await rotate(true)).ok).toBe(true);
  expect(await statesNow()).toEqual([...both('retired'), ...both('retired'), ...both('signing')].sort());
  const now = await publishedKids();
  expect(now.filter((kid) => before.includes(kid))).toEqual([]);

  const { keys } = await (await callProvider(`${config.publicUrl}/oidc/jwks`)).json();
  expect(keys.map(({ kid }: { kid: string }) => kid)).toEqual(now);
  for (const key of keys) expect(Object.keys(key)).not.toContain('d');
});

test('what is published is read once a minute, and at once by a request that has seen another version of the keys', async () => {
  const version = async () => (await listKeys())[0]!.version;
  const before = await getPublishedKids(await version());
  // As another instance does it, of which this one hears nothing.
  await revokeKeys(db);
  await insertKeys(db, [newKey('RS256'), newKey('ES256')], new Date());
  expect(await getPublishedKids()).toEqual(before);
  const now = await getPublishedKids(await version());
  expect(now.filter((kid) => before.includes(kid))).toEqual([]);
  expect(await getPublishedKids()).toEqual(now);

  await revokeKeys(db);
  await insertKeys(db, [newKey('RS256'), newKey('ES256')], new Date());
  later(59);
  expect(await getPublishedKids()).toEqual(now);
  later(61);
  expect((await getPublishedKids()).filter((kid) => now.includes(kid))).toEqual([]);
});

test('keys that this process makes are published by it at once', async () => {
  const before = await getPublishedKids();
  expect((await rotate(true)).ok).toBe(true);
  expect((await getPublishedKids()).filter((kid) => before.includes(kid))).toEqual([]);
});

test('N8: while the database is away the keys that were known are published on, and none sign unread', async () => {
  const jwks = () => callProvider(`${config.publicUrl}/oidc/jwks`);
  const before = await (await jwks()).json();
  later(61);
  await withSettings({ DATABASE_URL: `postgres://u:p@127.0.0.1:${await freePort()}/latchkey` }, async () => {
    const answer = await jwks();
    expect([answer.status, await answer.json()]).toEqual([200, before]);
    await expect(getPublishedKids('of other keys')).rejects.toSatisfy(isUnavailable);
  });
  expect(await (await jwks()).json()).toEqual(before);
});

test.runIf(config.databaseUrl)('two instances that begin at once make one set', async () => {
  vi.useRealTimers();
  const instances = await Promise.all([startProcess({}), startProcess({})]);
  const kids = await Promise.all(instances.map((instance) => instance.ask('signingKeys')));
  await Promise.all(instances.map((instance) => instance.stop()));
  expect(kids[0]).toHaveLength(2);
  expect(kids[1]).toEqual(kids[0]);
  expect(await db.$count(signingKeys)).toBe(2);
});

test('what another instance is about to add is waited for', async () => {
  const { keyId } = seal('signing_keys', 'theirs', Buffer.of());
  const key = { kid: 'theirs', alg: 'RS256' as const, publicJwk: {}, keyId };
  const pending: Promise<unknown>[] = [];
  await db.transaction(async (tx) => {
    await lockKeys(tx);
    pending.push(listKeys());
    await new Promise((done) => setTimeout(done, 300));
    await insertKeys(tx, [{ ...key, privateJwk: new Uint8Array() }], new Date());
  });
  await Promise.all(pending);
  expect(await db.$count(signingKeys)).toBe(1);
});
