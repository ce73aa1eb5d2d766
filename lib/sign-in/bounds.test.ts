import { and, eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, knownBrowsers, sessions } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { hashToken, randomToken } from '@/lib/crypto';
import { MOST_SESSIONS } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { enterPassword, givePassword } from '@/tests/helpers/factors';
import { type Person, seedPerson, signIn } from '@/tests/helpers/people';

const MOST_BROWSERS = 100;

/** As many sessions and browsers as there may be, none seen for as long as the one before; one of each is the oldest. */
async function crowd({ userId }: Person) {
  await db.delete(sessions);
  await db.execute(sql`insert into sessions (token_hash, user_id, amr, acr, auth_time, address, browser, last_seen_at, ends_at)
    select 'session ' || n, ${userId}::uuid, '{pwd}', 'aal1', now(), '', '', now() - make_interval(mins => n), now() + interval '1 day'
    from generate_series(1, ${MOST_SESSIONS}::int) as n`);
  await db.execute(sql`insert into known_browsers (user_id, browser_hash, last_seen_at)
    select ${userId}::uuid, 'browser ' || n, now() - make_interval(mins => n) from generate_series(1, ${MOST_BROWSERS}::int) as n`);
}
const oldestSession = eq(sessions.tokenHash, `session ${MOST_SESSIONS}`);
const oldestBrowser = eq(knownBrowsers.browserHash, `browser ${MOST_BROWSERS}`);

const ways: [string, (person: Person, browser: Browser) => Promise<{ status: number }>][] = [
  ['a passkey', ({ authenticator }, browser) => signIn(browser, authenticator)],
  ['a password', ({ email }, browser) => enterPassword(browser, email)],
];

test.each(ways)(
  'with %s the hundred and first session ends the oldest, with its event, and so for browsers',
  async (_way, enter) => {
    const person = await seedPerson();
    await givePassword(person);
    await crowd(person);
    const bystander = await seedPerson();
    const [{ id }] = (await db.select({ id: sessions.id }).from(sessions).where(oldestSession)) as [{ id: string }];
    const browser = new Browser();
    expect((await enter(person, browser)).status).toBe(200);

    expect(await db.$count(sessions, eq(sessions.userId, person.userId))).toBe(MOST_SESSIONS);
    expect(await db.$count(sessions, oldestSession)).toBe(0);
    const token = hashToken(browser.cookies.get(cookieName('session'))!);
    expect(await db.$count(sessions, eq(sessions.tokenHash, token)), 'the new one stays').toBe(1);
    const revoked = and(eq(auditEvents.type, 'session.revoked'), eq(auditEvents.reason, 'too_many'));
    expect(await db.select().from(auditEvents).where(revoked)).toMatchObject([
      { sessionId: id, subjectId: person.userId, actorId: person.userId },
    ]);
    expect(await db.$count(knownBrowsers)).toBe(MOST_BROWSERS);
    expect(await db.$count(knownBrowsers, oldestBrowser)).toBe(0);

    // The session there was in this browser makes room by itself, and the browser is known already.
    expect((await enter(person, browser)).status).toBe(200);
    expect(await db.$count(sessions, eq(sessions.userId, person.userId))).toBe(MOST_SESSIONS);
    expect(await db.$count(auditEvents, revoked)).toBe(1);
    expect(await db.$count(knownBrowsers)).toBe(MOST_BROWSERS);
    expect(await db.$count(sessions, eq(sessions.userId, bystander.userId)), 'nobody else’s').toBe(1);
  },
);

test('a refused answer of a passkey ends nobody’s oldest session', async () => {
  const person = await seedPerson();
  await crowd(person);
  expect((await signIn(new Browser(), person.authenticator, { rpId: 'evil.example' })).status).toBe(401);
  expect(await db.$count(sessions, oldestSession)).toBe(1);
  expect(await db.$count(knownBrowsers, oldestBrowser)).toBe(1);
});

test('many sign-ins one after the other never leave more than there may be', async () => {
  const person = await seedPerson();
  await crowd(person);
  for (let n = 0; n < 5; n += 1) {
    const browser = new Browser();
    browser.cookies.set(cookieName('browser'), randomToken());
    await signIn(browser, person.authenticator);
  }
  expect(await db.$count(sessions)).toBe(MOST_SESSIONS);
  expect(await db.$count(knownBrowsers)).toBe(MOST_BROWSERS);
});
