import { randomBytes } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { DELETE } from '@/app/api/passkeys/[id]/route';
import { db, rowsOf } from '@/db';
import { auditEvents, challenges, knownBrowsers, oneTimeTokens, outbox, passkeys, sessions, users } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { readOutbox } from '@/lib/mail';
import { issueSetupLink, openRegistrationLink } from '@/lib/registration-links';
import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';
import { Browser, type Reply } from '@/tests/helpers/browser';
import { type Ceremony, finish, start } from '@/tests/helpers/ceremonies';
import { meanwhile } from '@/tests/helpers/meanwhile';
import { runOperation } from '@/tests/helpers/operations';
import { newcomer, type Person, seedPasskey, seedPerson } from '@/tests/helpers/people';

const TIMES = 20;
const times = <T>(make: (index: number) => T) => Array.from({ length: TIMES }, (_, index) => make(index));
const eventsOfType = (type: string) => db.$count(auditEvents, eq(auditEvents.type, type));

/** How many answers have which status and, where they were refused, which code. */
function tally(replies: Reply[]) {
  const counts: Record<string, number> = {};
  for (const { status, json } of replies) {
    const outcome = status < 300 ? `${status}` : `${status} ${json.error.code}`;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

async function sendAtOnce(ceremony: Ceremony, { browser, authenticator }: Pick<Person, 'browser' | 'authenticator'>) {
  const { challengeId, options } = await start(browser, ceremony);
  const credential = ceremony === 'register' ? authenticator.register(options) : authenticator.signIn(options);
  return tally(await Promise.all(times(() => finish(browser.copy(), ceremony, { challengeId, credential }))));
}

describe(`the same answer sent ${TIMES} times at once succeeds once`, () => {
  test('sign-in: one session, one event of success', async () => {
    const person = await seedPerson({ signCount: 4 });
    person.browser.cookies.delete(cookieName('session'));
    expect(await sendAtOnce('authenticate', person)).toEqual({ 200: 1, '401 authentication_failed': 19 });
    expect(await db.$count(sessions)).toBe(2);
    expect(await eventsOfType('auth.passkey.success')).toBe(1);
    expect(await eventsOfType('auth.passkey.failure')).toBe(19);
    expect(await eventsOfType('passkey.counter-regression')).toBe(0);
  });

  test('registration: one passkey', async () => {
    const person = await seedPerson();
    expect(await sendAtOnce('register', person)).toEqual({ 201: 1, '409 challenge_spent': 19 });
    expect(await db.$count(passkeys)).toBe(2);
    expect(await eventsOfType('passkey.register.success')).toBe(1);
  });

  test('step-up: one new token', async () => {
    const person = await seedPerson();
    const counts = await sendAtOnce('step-up', person);
    const { 200: successes, ...refused } = counts;
    expect(successes).toBe(1);
    // Whoever comes after the new token was written finds no session behind the old one.
    expect(
      Object.keys(refused).filter((outcome) => !/^401 (authentication_failed|session_required)$/.test(outcome)),
    ).toEqual([]);
    expect(await eventsOfType('auth.step-up.success')).toBe(1);
    expect(await db.$count(sessions)).toBe(1);
  });

  test('enrolment: one user with one passkey and one session', async () => {
    const person = await newcomer();
    const { 201: successes, ...refused } = await sendAtOnce('register', person);
    expect(successes).toBe(1);
    expect(
      Object.keys(refused).filter((outcome) => !/^(409 challenge_spent|401 session_required)$/.test(outcome)),
    ).toEqual([]);
    expect(await db.$count(users, eq(users.email, person.email))).toBe(1);
    expect(await db.$count(passkeys)).toBe(1);
    expect(await db.$count(sessions)).toBe(1);
    expect(await eventsOfType('account.created')).toBe(1);
  });
});

test(`one setup link in ${TIMES} browsers at once makes one administrator, and no other trace`, async () => {
  const token = (await issueSetupLink())!.split('/').at(-1)!;
  const people = times((index) => ({
    browser: new Browser(),
    authenticator: new SoftwareAuthenticator(config.publicUrl),
    email: `admin${index}@example.com`,
  }));
  await runOperation(openRegistrationLink, { token: token, name: 'First', email: 'admin@example.com' });
  const answers: object[] = [];
  for (const { browser, authenticator } of people) {
    browser.cookies.set(cookieName('enrolment'), token);
    const { challengeId, options } = await start(browser, 'register');
    answers.push({ challengeId, credential: authenticator.register(options) });
  }
  const counts = tally(
    await Promise.all(people.map(({ browser }, index) => finish(browser, 'register', answers[index]))),
  );
  const { 201: successes, ...refused } = counts;
  expect(successes).toBe(1);
  expect(
    Object.keys(refused).filter((outcome) => !/^(400 registration_failed|401 session_required)$/.test(outcome)),
  ).toEqual([]);
  expect(await db.select({ role: users.role }).from(users)).toEqual([{ role: 'administrator' }]);
  expect(await db.$count(passkeys)).toBe(1);
  expect(await db.$count(sessions)).toBe(1);
  const open = and(eq(oneTimeTokens.purpose, 'setup'), isNull(oneTimeTokens.consumedAt));
  expect(await db.$count(oneTimeTokens, open)).toBe(0);
  expect(await issueSetupLink()).toBeUndefined();
});

test('D8: the last two passkeys removed at once: one stays', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { browser, authenticator, user, userId, passkey } = await seedPerson();
    const { id } = await seedPasskey(authenticator, user);
    await db.update(sessions).set({ passkeyId: null }).where(eq(sessions.userId, userId));
    const removals = [passkey.id, id].map((id) => browser.copy().send(DELETE, { method: 'DELETE', params: { id } }));
    expect(tally(await Promise.all(removals))).toEqual({ 204: 1, '409 last_way_in': 1 });
    const rows = await db.select().from(passkeys).where(eq(passkeys.userId, userId));
    expect(rows.filter(({ removedAt }) => !removedAt)).toHaveLength(1);
  }
});

test('D3: two registrations at once at 49 of 50 leave 50', async () => {
  const { browser, authenticator, userId, passkey } = await seedPerson();
  const rows = Array.from({ length: 48 }, () => ({
    ...passkey,
    id: undefined,
    credentialId: randomBytes(32).toString('base64url'),
  }));
  await db.insert(passkeys).values(rows);
  const answers = [];
  for (let tab = 0; tab < 2; tab += 1) {
    const { challengeId, options } = await start(browser, 'register');
    answers.push({ challengeId, credential: authenticator.register(options) });
  }
  const replies = await Promise.all(answers.map((body) => finish(browser.copy(), 'register', body)));
  expect(tally(replies)).toEqual({ 201: 1, '409 too_many_passkeys': 1 });
  expect(await db.$count(passkeys, eq(passkeys.userId, userId))).toBe(50);
});

// PGlite has one connection, on which nothing comes between.
test.runIf(config.databaseUrl)(
  'B17: a link whose new passkey was registered in the meantime enrols nobody',
  async () => {
    const { browser, authenticator, email } = await newcomer();
    const first = await seedPerson();
    const id = randomBytes(32);
    const { challengeId, options } = await start(browser, 'register');
    const body = { challengeId, credential: authenticator.register(options, { id }) };
    const { status, json } = await meanwhile(() => finish(browser, 'register', body), 'insert into "passkeys"', {
      before: (tx) =>
        tx
          .update(passkeys)
          .set({ credentialId: id.toString('base64url') })
          .where(eq(passkeys.id, first.passkey.id)),
    });
    expect([status, json.error.code]).toEqual([409, 'credential_exists']);
    expect(await db.$count(users, eq(users.email, email))).toBe(0);
    expect(await eventsOfType('enrolment.failure')).toBe(1);
  },
);

// PGlite has one connection, on which nothing comes between.
test.runIf(config.databaseUrl)(
  'whoever ends a link that is just being used waits for nobody who waits for them (decision 0030)',
  async () => {
    const { browser, authenticator, email } = await newcomer();
    const { challengeId, options } = await start(browser, 'register');
    const body = { challengeId, credential: authenticator.register(options) };
    const link = eq(oneTimeTokens.email, email);
    const { status } = await meanwhile(() => finish(browser, 'register', body), 'for no key update', {
      before: (tx) => tx.select().from(oneTimeTokens).where(link).for('update'),
      after: (tx) => tx.delete(challenges),
    });
    expect(status).toBe(409);
    expect(await db.$count(users, eq(users.email, email))).toBe(0);
  },
);

test('B17: one credential id registered by two people at once is one passkey', async () => {
  const [first, second] = [await seedPerson(), await seedPerson()];
  const id = randomBytes(32);
  const answers = [];
  for (const { browser, authenticator } of [first, second]) {
    const { challengeId, options } = await start(browser, 'register');
    answers.push({ browser, body: { challengeId, credential: authenticator.register(options, { id }) } });
  }
  const replies = await Promise.all(answers.map(({ browser, body }) => finish(browser, 'register', body)));
  expect(tally(replies)).toEqual({ 201: 1, '409 credential_exists': 1 });
  expect(await db.$count(passkeys, eq(passkeys.credentialId, id.toString('base64url')))).toBe(1);
});

test(`C9: ${TIMES} sign-ins of one passkey at once, each with its own challenge and count, never lose a count`, async () => {
  const { browser, authenticator, passkey } = await seedPerson({ signCount: 1 });
  const answers = [];
  for (let tab = 0; tab < TIMES; tab += 1) {
    const { challengeId, options } = await start(browser, 'authenticate');
    answers.push({ challengeId, credential: authenticator.signIn(options) });
  }
  const replies = await Promise.all(answers.map((body) => finish(browser.copy(), 'authenticate', body)));
  const successes = replies.filter(({ status }) => status === 200).length;
  expect(successes).toBeGreaterThanOrEqual(1);
  const [row] = await db.select().from(passkeys).where(eq(passkeys.id, passkey.id));
  const last = replies.findLastIndex(({ status }) => status === 200);
  expect(row!.signCount).toBe(2 + last);
  expect(await db.$count(sessions), 'one each, and the one before ended').toBe(successes);
});

test.runIf(config.databaseUrl)('of many sign-ins at once in one new browser one e-mail tells', async () => {
  const { userId, email, authenticator, browser } = await seedPerson();
  const again = async (from: Browser) => {
    const { challengeId, options } = await start(from, 'authenticate');
    return finish(from, 'authenticate', { challengeId, credential: authenticator.signIn(options, { counter: 0 }) });
  };
  await again(browser);
  const fresh = new Browser();
  const bodies: object[] = [];
  for (let tab = 0; tab < 8; tab += 1) {
    const { challengeId, options } = await start(fresh, 'authenticate');
    bodies.push({ challengeId, credential: authenticator.signIn(options, { counter: 0 }) });
  }
  const finishAll = () => Promise.all(bodies.map((body) => finish(fresh.copy(), 'authenticate', body)));
  // Held up until several have begun, so that none of these sees what another one writes.
  const { replies } = await db.transaction(async (tx) => {
    await tx.select().from(users).where(eq(users.id, userId)).for('update');
    const replies = finishAll();
    const waiting = sql`select distinct pid from pg_locks where not granted`;
    await vi.waitFor(async () => expect(rowsOf(await tx.execute(waiting)).length).toBeGreaterThan(2), 10_000);
    return { replies };
  });
  expect((await replies).filter(({ status }) => status === 200).length).toBeGreaterThan(1);
  expect(await db.$count(knownBrowsers, eq(knownBrowsers.userId, userId))).toBe(2);
  await vi.waitFor(async () => expect(await db.$count(outbox)).toBe(0));
  const told = readOutbox()!.filter(({ to, subject }) => to === email && subject === 'A new browser signed in');
  expect(told).toHaveLength(1);
});
