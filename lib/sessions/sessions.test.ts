import { eq, ne, sql } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import * as one from '@/app/api/passkeys/[id]/route';
import * as list from '@/app/api/passkeys/route';
import { db } from '@/db';
import { sessions, users } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { hashToken } from '@/lib/crypto';
import { purgeSessions, readSession, revokeOtherSessions, signOut } from '@/lib/sessions';
import { DAYS, fromNow, HOURS, MINUTES } from '@/lib/time';
import { disableUser, enableUser } from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { finish, start } from '@/tests/helpers/ceremonies';
import { eventsOf } from '@/tests/helpers/database';
import { inSession, runOperation } from '@/tests/helpers/operations';
import { seedPasskey, seedPerson, seedSession, signIn, somebody } from '@/tests/helpers/people';
import { withSettings } from '@/tests/setup/settings';

afterEach(() => vi.useRealTimers());

const after = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const tokenOf = (browser: Browser) => browser.cookies.get(cookieName('session'));
const opens = async (browser: Browser) => (await readSession(tokenOf(browser))) !== undefined;

/** Somebody who has signed in with a passkey just now, as people do. */
async function signedIn() {
  const person = await seedPerson();
  const browser = new Browser();
  expect((await signIn(browser, person.authenticator)).status).toBe(200);
  return { ...person, browser };
}

test('G1, K3: the cookie holds 256 random bits, the table only their SHA-256, and nothing else the token', async () => {
  const { browser } = await signedIn();
  const token = tokenOf(browser)!;
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(await db.$count(sessions, eq(sessions.tokenHash, hashToken(token)))).toBe(1);
  const everywhere = await db.execute(
    sql`select to_jsonb(s)::text as row from sessions s union all select to_jsonb(e)::text from audit_events e`,
  );
  expect(JSON.stringify(everywhere)).not.toContain(token);
});

test('G5: the cookie is HttpOnly, Lax, for every path, and on https Secure and bound to this host', async () => {
  const { authenticator } = await seedPerson();
  const setBy = async () =>
    (await signIn(new Browser(), authenticator)).headers.getSetCookie().find((cookie) => cookie.includes('session='));
  const attributes = (cookie = '') =>
    cookie
      .split('; ')
      .slice(1)
      .map((attribute) => attribute.toLowerCase())
      .filter((attribute) => !attribute.startsWith('expires'))
      .sort();
  const always = ['httponly', `max-age=${30 * DAYS}`, 'path=/', 'samesite=lax'];
  const plain = await setBy();
  expect([plain?.split('=')[0], attributes(plain)]).toEqual(['latchkey-session', always]);

  authenticator.origin = 'https://id.example.com';
  await withSettings(
    { PUBLIC_URL: 'https://id.example.com', TRUSTED_PROXIES: 'none', SMTP_URL: 'smtp://127.0.0.1:1' },
    async () => {
      const bound = await setBy();
      expect([bound?.split('=')[0], attributes(bound)]).toEqual([
        '__Host-latchkey-session',
        [...always, 'secure'].sort(),
      ]);
    },
  );
});

test.each([
  ['a second before it has been idle too long', 7 * DAYS - 1, true],
  ['a second after', 7 * DAYS + 1, false],
])('G4: a session that nobody used, %s', async (_, seconds, open) => {
  const { browser } = await signedIn();
  after(seconds);
  expect(await opens(browser)).toBe(open);
});

test('G4: use keeps a session, but never beyond its end', async () => {
  const { browser } = await signedIn();
  for (let day = 0; day < 25; day += 5) {
    after(5 * DAYS);
    expect(await opens(browser)).toBe(true);
  }
  after(5 * DAYS + 1);
  expect(await opens(browser)).toBe(false);
});

test('G4: the limits are the operator’s, also for sessions that are there already', async () => {
  const { browser } = await signedIn();
  after(2 * HOURS);
  expect(await withSettings({ SESSION_IDLE: '3600', SESSION_MAX: '7200' }, () => opens(browser))).toBe(false);
  expect(await opens(browser)).toBe(true);
});

test('use is written down once a minute, not with every request', async () => {
  const { browser } = await signedIn();
  const seen = async () => (await db.select().from(sessions).orderBy(sessions.createdAt)).at(-1)!.lastSeenAt.getTime();
  const first = await seen();
  after(30);
  await opens(browser);
  expect(await seen()).toBe(first);
  after(31);
  await opens(browser);
  expect(await seen()).toBeGreaterThan(first);
});

test.each([
  ['signing out', ({ browser }: Awaited<ReturnType<typeof signedIn>>) => signOut(tokenOf(browser), somebody)],
  ['disabling the user', ({ userId }) => runOperation(disableUser, { id: userId })],
  [
    'disabling the user by hand',
    ({ userId }) => db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId)),
  ],
  ['deleting the user', ({ userId }) => db.delete(users).where(eq(users.id, userId))],
  [
    'removing the passkey that made it',
    async ({ browser, authenticator, user, passkey }) => {
      await seedPasskey(authenticator, user);
      expect((await browser.send(one.DELETE, { method: 'DELETE', params: { id: passkey.id } })).status).toBe(204);
    },
  ],
] as [string, (person: Awaited<ReturnType<typeof signedIn>>) => Promise<unknown>][])(
  'G3: after %s the very next request is refused',
  async (_, end) => {
    const person = await signedIn();
    const request = person.browser.copy();
    expect((await request.send(list.GET, { method: 'GET' })).status).toBe(200);
    await end(person);
    expect(await request.send(list.GET, { method: 'GET' })).toMatchObject({
      status: 401,
      json: { error: { code: 'session_required' } },
    });
  },
);

test('G3: enabling a user again brings no session back', async () => {
  const { browser, userId } = await signedIn();
  await runOperation(disableUser, { id: userId });
  await runOperation(enableUser, { id: userId });
  expect(await opens(browser)).toBe(false);
});

test('G2: a step-up gives the session a new token, and the old one is dead', async () => {
  const { browser, authenticator } = await signedIn();
  const before = browser.copy();
  const { challengeId, options } = await start(browser, 'step-up');
  const stepped = await finish(browser, 'step-up', { challengeId, credential: authenticator.signIn(options) });
  expect(stepped.status).toBe(200);
  expect(tokenOf(browser)).not.toBe(tokenOf(before));
  expect([await opens(before), await opens(browser)]).toEqual([false, true]);
});

test('G2: signing in again gives a new session and ends the one that the browser had', async () => {
  const { browser, authenticator } = await signedIn();
  const before = browser.copy();
  await signIn(browser, authenticator);
  expect([await opens(before), await opens(browser)]).toEqual([false, true]);
});

test('G12: a failure while a session is touched is an error, and nobody is signed out by it', async () => {
  const { browser } = await signedIn();
  await db.execute(
    sql`create function fail_now() returns trigger language plpgsql as $$ begin raise exception 'away' using errcode = '57P01'; end $$`,
  );
  await db.execute(sql`create trigger fail_now before update on sessions execute function fail_now()`);
  try {
    after(5 * MINUTES);
    const answer = await browser.send(list.GET, { method: 'GET' });
    expect([answer.status, answer.json.error.code]).toEqual([503, 'unavailable']);
  } finally {
    await db.execute(sql`drop function fail_now cascade`);
  }
  expect(await opens(browser)).toBe(true);
});

test.each([
  undefined,
  '',
  'x',
  'a'.repeat(43),
  'a'.repeat(100),
  'a'.repeat(101),
  '\0',
  '%00',
  '\ud800',
  "' or 1=1 --",
  '🔑',
])('G11: the token %j opens nothing', async (token) => {
  await signedIn();
  expect(await readSession(token)).toBeUndefined();
});

test('G10: what stands in the table is no token', async () => {
  const { browser } = await signedIn();
  expect(await readSession(hashToken(tokenOf(browser)!))).toBeUndefined();
});

test('ending is once: the second time finds nothing and writes nothing down', async () => {
  const { browser, userId } = await signedIn();
  await Promise.all(Array.from({ length: 5 }, () => signOut(tokenOf(browser), somebody)));
  await signOut(undefined, somebody);
  const logouts = (await eventsOf()).filter(({ type }) => type === 'auth.logout');
  expect(logouts).toMatchObject([{ subjectId: userId }]);
});

test('ending all others writes down each of them by its name, and not the one that stays', async () => {
  const { browser, userId, authenticator } = await signedIn();
  for (let n = 0; n < 2; n++) await signIn(new Browser(), authenticator);
  const remaining = (await readSession(tokenOf(browser)))!;
  const others = await db.select({ id: sessions.id }).from(sessions).where(ne(sessions.id, remaining.id));

  expect(others.length).toBeGreaterThan(1);
  const endOthers = () => runOperation(revokeOtherSessions, {}, inSession(remaining));
  expect(await endOthers()).toEqual({ ok: true, value: { ended: others.length } });
  expect(await endOthers()).toEqual({ ok: true, value: { ended: 0 } });
  const ended = (await eventsOf()).filter(({ type }) => type === 'session.revoked');
  expect(ended.map(({ sessionId }) => sessionId).sort()).toEqual(others.map(({ id }) => id).sort());
  expect(ended).toMatchObject(others.map(() => ({ subjectId: userId, details: { bySession: remaining.id } })));
});

test('N11: sessions beyond either limit are purged, and no others', async () => {
  const { userId } = await seedPerson();
  const ages = { idle: { lastSeenAt: fromNow(-config.sessionIdle - 1) }, ended: { endsAt: fromNow(-1) }, live: {} };
  for (const [acr, age] of Object.entries(ages)) {
    const { id } = await seedSession(new Browser(), userId, null);
    await db
      .update(sessions)
      .set({ acr, ...age })
      .where(eq(sessions.id, id));
  }
  await purgeSessions(db);
  expect((await db.select().from(sessions)).map(({ acr }) => acr).sort()).toEqual(['live', 'phrh']);
});
