import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { rateLimits } from '@/db/schema';
import { PEER_HEADER, requestContextFrom } from '@/lib/request-context';
import { Browser } from '@/tests/helpers/browser';
import { finish, start } from '@/tests/helpers/ceremonies';
import { age, eventsOf } from '@/tests/helpers/database';
import { seedPerson } from '@/tests/helpers/people';
import { call, calls, expectProblem } from '@/tests/setup/routes';
import { withSettings } from '@/tests/setup/settings';
import { purgeCounters, takeAttempt, takeEmailAttempt } from '.';

const signInOptions = calls.find(({ name }) => name === 'POST /api/passkeys/authenticate/options')!;
const scarce = { RATE_LIMIT_SCALE: '0.1' };
const from = (address: string) => requestContextFrom(new Headers({ [PEER_HEADER]: address }));

/** How many of so many attempts at once are let through. */
async function admitted(attempts: number, addressOf: (n: number) => string, limit: 'ceremony' | 'manage' = 'ceremony') {
  const taken = await Promise.all(Array.from({ length: attempts }, (_, n) => takeAttempt(limit, from(addressOf(n)))));
  return taken.filter(({ ok }) => ok).length;
}

test('J4: too often is 429 with the seconds to wait, and changes nothing', async () => {
  await withSettings(scarce, async () => {
    for (let n = 0; n < 12; n++) expect((await call(signInOptions)).status).toBe(200);
    const refused = await call(signInOptions);
    expectProblem(refused, 429, 'too_many_requests');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(refused.headers.getSetCookie()).toEqual([]);
  });
});

test('J2: a client cannot get more by writing addresses into headers', async () => {
  await withSettings(scarce, async () => {
    const forged = (n: number) => ({
      'x-forwarded-for': `198.51.100.${n}`,
      forwarded: `for=198.51.100.${n}`,
      'x-real-ip': `198.51.100.${n}`,
    });
    for (let n = 0; n < 12; n++) expect((await call(signInOptions, { headers: forged(n) })).status).toBe(200);
    expect((await call(signInOptions, { headers: forged(12) })).status).toBe(429);
  });
});

test('J4: too often is said before the body or the session is looked at, known or unknown alike', async () => {
  await withSettings(scarce, async () => {
    await admitted(12, () => '203.0.113.7');
    for (const body of ['{', '{"username":"somebody@example.com"}', 'x'.repeat(70_000)]) {
      expectProblem(await call(signInOptions, { body }), 429, 'too_many_requests');
    }
  });
});

test.each(['authenticate', 'step-up'] as const)(
  'J4: an answer too many (%s) is refused before its challenge is looked at, which stays open',
  async (ceremony) => {
    const { browser, authenticator } = await seedPerson();
    const { challengeId, options } = await start(browser, ceremony);
    const body = { challengeId, credential: authenticator.signIn(options) };
    await withSettings(scarce, async () => {
      for (let n = 0; n < 6; n++)
        expect((await finish(browser, ceremony, { ...body, challengeId: randomUUID() })).status).toBe(401);
      const { status, headers, json } = await finish(browser, ceremony, body);
      expect([status, json]).toMatchObject([429, { error: { code: 'too_many_requests' } }]);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    });
    expect((await finish(browser, ceremony, body)).status).toBe(200);
  },
);

test('J4: what is refused before its statement would count it, is counted too, and once', async () => {
  const { browser, authenticator } = await seedPerson();
  const { challengeId, options } = await start(browser, 'step-up');
  const body = { challengeId, credential: authenticator.signIn(options) };
  await withSettings(scarce, async () => {
    const refused = [
      () => finish(new Browser(), 'step-up', body),
      () => finish(browser, 'step-up', {}),
      () => finish(new Browser(), 'authenticate', {}),
    ];
    for (const send of [...refused, ...refused]) expect([400, 401]).toContain((await send()).status);
    for (const send of refused) expect((await send()).status).toBe(429);
  });
});

test('J5: attempts at once are counted one by one, whatever runs at the same time', async () => {
  expect(await withSettings(scarce, () => admitted(40, () => '203.0.113.7'))).toBe(12);
});

test('K1: that a source asked too often is written down once a span, however often it goes on', async () => {
  await withSettings(scarce, () => admitted(40, () => '203.0.113.7'));
  expect(await eventsOf()).toMatchObject([
    { type: 'rate-limit.exceeded', outcome: 'failure', reason: 'ceremony', address: '203.0.113.7' },
  ]);
});

test.each([
  ['one IPv4 address', () => '203.0.113.7', 12],
  ['the same, mapped into IPv6', (n: number) => (n % 2 ? '203.0.113.7' : '::ffff:203.0.113.7'), 12],
  ['two IPv4 addresses', (n: number) => `203.0.113.${n % 2}`, 24],
  ['the whole /64 of an IPv6 host', (n: number) => `2001:db8:1:2:${(n * 2000).toString(16)}::${n}`, 12],
  [
    'one address written in many ways',
    (n: number) => ['2001:db8::1', '2001:DB8:0:0::1', '2001:0db8::0001'][n % 3]!,
    12,
  ],
  ['two IPv6 networks', (n: number) => `2001:db8:1:${n % 2}::1`, 24],
  ['nobody knows who', () => 'junk', 12],
])('J2: %s has so many attempts together', async (_, addressOf, most) => {
  expect(await withSettings(scarce, () => admitted(30, addressOf))).toBe(most);
});

test('one limit is not another: who asked too often may still manage', async () => {
  await withSettings(scarce, async () => {
    expect(await admitted(13, () => '203.0.113.7')).toBe(12);
    expect(await admitted(1, () => '203.0.113.7', 'manage')).toBe(1);
  });
});

test('J10: RATE_LIMIT_SCALE multiplies, and one attempt is always left', async () => {
  expect(await withSettings({ RATE_LIMIT_SCALE: '0.2' }, () => admitted(30, () => '203.0.113.8'))).toBe(24);
  const once = () => takeAttempt('sign-up', from('203.0.113.9'));
  await withSettings(scarce, async () => {
    expect([(await once()).ok, (await once()).ok, (await once()).ok]).toEqual([true, true, false]);
  });
});

test('J7: a mailbox gets so many e-mails, from however many places they are asked for at once', async () => {
  const requestAll = (to: string) =>
    Promise.all(Array.from({ length: 8 }, (_, n) => takeEmailAttempt('recover', to, from(`203.0.113.${n}`))));
  const taken = [...(await requestAll('ada@example.com')), ...(await requestAll('eve@example.com'))];
  expect(taken.filter(({ ok }) => ok)).toHaveLength(10);
  expect((await eventsOf()).map(({ reason }) => reason)).toEqual(['email', 'email']);
  expect(JSON.stringify(await db.select().from(rateLimits)), 'kept as a digest').not.toContain('ada');
});

test('after the wait it goes on, also in a process that has just begun', async () => {
  await withSettings(scarce, () => admitted(12, () => '203.0.113.7'));
  const refused = await withSettings(scarce, () => takeAttempt('ceremony', from('203.0.113.7')));
  expect(refused).toEqual({ ok: false, error: expect.any(Number) });
  await age(61);
  expect((await withSettings(scarce, () => takeAttempt('ceremony', from('203.0.113.7')))).ok).toBe(true);
});

test('asking on while one has to wait does not make the wait longer', async () => {
  await withSettings(scarce, () => admitted(12, () => '203.0.113.7'));
  await age(50);
  expect((await withSettings(scarce, () => takeAttempt('ceremony', from('203.0.113.7')))).ok).toBe(false);
  await age(11);
  expect((await withSettings(scarce, () => takeAttempt('ceremony', from('203.0.113.7')))).ok).toBe(true);
});

test('N11: counters that have run out are purged, and those that run stay', async () => {
  await takeAttempt('ceremony', from('203.0.113.7'));
  await takeAttempt('sign-up', from('203.0.113.7'));
  await age(120);
  await purgeCounters(db);
  expect((await db.select().from(rateLimits)).map(({ key }) => key)).toEqual([expect.stringContaining('sign-up')]);
});

test('J2: what a source may do is not used up by somebody’s session elsewhere', async () => {
  const { browser } = await seedPerson();
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  await withSettings(scarce, async () => {
    await admitted(13, () => '198.51.100.66', 'manage');
    expect((await call(calls.find(({ name }) => name === 'GET /api/passkeys')!, { headers: { cookie } })).status).toBe(
      200,
    );
  });
});
