import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { db } from '@/db';
import { auditEvents, clients } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { deliverOutbox } from '@/lib/jobs';
import { signOut } from '@/lib/sessions';
import { seedPerson, somebody } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { listener } from '@/tests/helpers/signed-in';
import { withSettings } from '@/tests/setup/settings';
import { provider } from './provider';

afterEach(() => vi.restoreAllMocks());

type Listening = { uri: string; host: string };

/** A client's listener that begins an answer of 200 and goes on as it likes. */
async function strange(goOn: (answer: ServerResponse) => unknown): Promise<Listening> {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { 'content-length': '100' }).write('x', () => goOn(answer));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, uri: `http://${host}/logout` };
}

/** Ends a session that both have part in, and says what came of telling them. */
async function tellBoth(good: Listening, other: Listening, whileTelling = () => {}) {
  const { browser } = await seedPerson();
  const clients: string[] = [];
  for (const { uri } of [good, other]) {
    const client = await registerClient({ backchannelLogoutUri: uri });
    await client.signIn(browser);
    clients.push(client.id);
  }
  await signOut(browser.cookies.get(cookieName('session')), somebody);
  whileTelling();
  expect(await withSettings({ PRIVATE_CLIENTS: `${good.host},${other.host}` }, deliverOutbox)).toBe(2);
  const events = (await db.select().from(auditEvents)).filter(({ type }) => /^client\..*logout/.test(type));
  const outcomes = events.map(({ type, clientId, reason }) => [type, clients.indexOf(clientId!), reason]).sort();
  return outcomes;
}

const both = (reason: unknown) => [
  ['client.logout-undelivered', 1, reason],
  ['client.told-of-logout', 0, null],
];

test.each<[string, string | RegExp, (answer: ServerResponse) => unknown]>([
  // Noticed as a reset or as an end without one, by what came first.
  ['cuts its answer', /ECONNRESET|unreachable/, (answer) => answer.socket?.destroy()],
  ['drips', 'timeout', (answer) => setInterval(() => answer.destroyed || answer.write('x'), 100).unref()],
])('H18: of a client that %s it is written down, and the others are told', async (_, reason, goOn) => {
  const good = await listener();
  const outcomes = await tellBoth(good, await strange(goOn));
  expect(outcomes).toEqual(both(expect.stringMatching(reason)));
  expect(good.received).toHaveLength(1);
});

test('H18: an attempt that never ends, for whatever reason, does not keep its round from ending', async () => {
  const [good, other] = [await listener(), await listener()];
  const { Client } = await provider();
  const find = Client.find.bind(Client);
  const outcomes = await tellBoth(good, other, () => {
    vi.spyOn(Client, 'find').mockImplementation(async (id) => {
      const client = await find(id);
      return client?.backchannelLogoutUri === other.uri ? new Promise(() => undefined) : client;
    });
  });
  expect(outcomes).toEqual(both('timeout'));
});

test('H18: a client whose address was removed meanwhile counts as not told, and is not tried again', async () => {
  const { browser } = await seedPerson();
  const { uri } = await listener();
  const client = await registerClient({ backchannelLogoutUri: uri });
  await client.signIn(browser);
  await signOut(browser.cookies.get(cookieName('session')), somebody);
  await db.update(clients).set({ backchannelLogoutUri: null });
  expect([await deliverOutbox(), await deliverOutbox()]).toEqual([1, 0]);
  const events = (await db.select().from(auditEvents)).filter(({ type }) => /^client\..*logout/.test(type));
  expect(events.map(({ type, reason }) => [type, reason])).toEqual([['client.logout-undelivered', 'address_removed']]);
});

test('H18: an address that may not be reached is told from an app that does not answer', async () => {
  const { browser } = await seedPerson();
  for (const backchannelLogoutUri of ['https://[::7f00:1]/logout', 'https://localhost/logout', 'http://app.internal/'])
    await (await registerClient({ backchannelLogoutUri })).signIn(browser);
  await signOut(browser.cookies.get(cookieName('session')), somebody);
  await deliverOutbox();
  const events = (await db.select().from(auditEvents)).filter(({ type }) => type === 'client.logout-undelivered');
  expect(events.map(({ reason }) => reason)).toEqual(events.map(() => 'address_not_allowed'));
  expect(events).toHaveLength(3);
});
