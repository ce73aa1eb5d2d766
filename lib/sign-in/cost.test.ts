import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { db, rowsOf } from '@/db';
import { outbox, rateLimits } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { randomToken } from '@/lib/crypto';
import { readOutbox } from '@/lib/mail';
import { readSession, unheld } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { ask, finish, start, startSignIn } from '@/tests/helpers/ceremonies';
import { seedPerson, somebody } from '@/tests/helpers/people';
import { inRequest } from '@/tests/setup/request-scope';
import { startSession } from './begin';
import { oneFactor } from './policy';

const statements: string[] = [];
const listen = (statement: unknown) => void statements.push(String(statement));

beforeEach(() => {
  subscribe('latchkey.statement', listen);
});

afterEach(() => {
  unsubscribe('latchkey.statement', listen);
});

/** What a part of the test costs the database, in statements. */
async function costOf(part: () => Promise<unknown>) {
  statements.length = 0;
  await part();
  expect(statements.length, 'nothing was counted').toBeGreaterThan(0);
  return [...statements];
}

test('a login costs three statements over both calls, its limits included', async () => {
  const { authenticator } = await seedPerson({ backupEligible: true });
  const browser = new Browser();
  const cost = await costOf(async () => {
    const { challengeId, options } = await start(browser, 'authenticate');
    const credential = authenticator.signIn(options, { flags: { be: true, bs: true } });
    expect((await finish(browser, 'authenticate', { challengeId, credential })).status).toBe(200);
  });
  expect(cost).toHaveLength(3);
});

test('a login from the page that carried its challenge costs three as well, the page’s own included', async () => {
  const { authenticator } = await seedPerson();
  const browser = new Browser();
  const token = randomToken();
  browser.cookies.set(cookieName('browser'), token);
  const cost = await costOf(async () => {
    const { challengeId, options } = await startSignIn(token);
    const credential = authenticator.signIn(options as never);
    expect((await finish(browser, 'authenticate', { challengeId, credential })).status).toBe(200);
  });
  expect(cost).toHaveLength(3);
});

test('a browser that is new costs none more before the answer, and its e-mail is written with the session', async () => {
  const { authenticator, email } = await seedPerson();
  for (const isNew of [false, true]) {
    const browser = new Browser();
    const { challengeId, options } = await start(browser, 'authenticate');
    const body = { challengeId, credential: authenticator.signIn(options) };
    const { outcome } = await inRequest({}, async () => ({
      cost: await costOf(() => finish(browser, 'authenticate', body)),
      written: await db.$count(outbox),
    }));
    const { cost, written } = await outcome;
    expect([cost.length, written]).toEqual([2, isNew ? 1 : 0]);
  }
  expect(
    readOutbox()!
      .filter(({ to }) => to === email)
      .map(({ subject }) => subject),
  ).toEqual(['A new browser signed in']);
});

test('whatever the factor, the session and all around it is one statement', async () => {
  const { userId, email } = await seedPerson();
  const authentication = { ...unheld, ...oneFactor('password') };
  const signingBrowser = { browser: randomToken() };
  const cost = await costOf(() =>
    startSession(db, { userId, email, stamp: 0 }, authentication, signingBrowser, somebody),
  );
  expect(cost).toHaveLength(1);
});

test('what differs from one sign-in to the next is in the values, so that the text is made once', async () => {
  const sent = [];
  for (const old of [{}, { backupState: false }, { browser: new Browser() }]) {
    const { authenticator } = await seedPerson({ backupEligible: true });
    const { browser = new Browser(), backupState = true } = old as { browser?: Browser; backupState?: boolean };
    const { challengeId, options } = await start(browser, 'authenticate');
    const credential = authenticator.signIn(options, { flags: { be: true, bs: backupState } });
    sent.push(await costOf(() => finish(browser, 'authenticate', { challengeId, credential })));
  }
  expect(new Set(sent.map((statements) => statements.join('\n'))).size).toBe(1);
});

test('naming oneself costs none more, whether there is such a person or not', async () => {
  const { email } = await seedPerson();
  for (const username of [email, 'nobody@example.com']) {
    expect(await costOf(() => start(new Browser(), 'authenticate', { username }))).toHaveLength(1);
  }
});

test('a refusal costs two: the challenge with the passkey, and the record', async () => {
  const { browser, authenticator } = await seedPerson();
  const { challengeId, options } = await start(browser, 'authenticate');
  const credential = authenticator.signIn(options, { rpId: 'evil.example' });
  expect(await costOf(() => finish(browser, 'authenticate', { challengeId, credential }))).toHaveLength(2);
});

test.runIf(config.databaseUrl)(
  'on a server they are prepared: one round trip each, and no transaction around them',
  async () => {
    const { authenticator } = await seedPerson();
    const browser = new Browser();
    const { challengeId, options } = await start(browser, 'authenticate');
    const sent = await costOf(() =>
      finish(browser, 'authenticate', { challengeId, credential: authenticator.signIn(options) }),
    );
    expect(sent.filter((statement) => /^(begin|commit|rollback|savepoint)/i.test(statement))).toEqual([]);

    const connections = Array.from({ length: config.databasePoolSize }, () =>
      db.execute(sql`select statement from pg_prepared_statements`),
    );
    const prepared = (await Promise.all(connections))
      .flatMap((rows) => rowsOf<{ statement: string }>(rows))
      .map(({ statement }) => statement);
    for (const statement of sent) expect(prepared).toContain(statement);
  },
);

test('no text is made at call time: not for the two calls, nor for reading the session that they start', async () => {
  const textsMade = vi.spyOn(PgDialect.prototype, 'sqlToQuery');
  for (const isWarm of [false, true]) {
    const { authenticator } = await seedPerson();
    const browser = new Browser();
    textsMade.mockClear();
    const { challengeId, options } = await start(browser, 'authenticate');
    await finish(browser, 'authenticate', { challengeId, credential: authenticator.signIn(options) });
    expect(await readSession(browser.cookies.get(cookieName('session')))).toBeDefined();
    if (isWarm) expect(textsMade).not.toHaveBeenCalled();
  }
});

test('a body that is refused counts as well, by a statement of its own', async () => {
  const send = () => ask(new Browser(), 'authenticate', { username: 5 });
  const cost = await costOf(async () => expect((await send()).status).toBe(400));
  expect(cost).toHaveLength(1);
  expect(await db.select().from(rateLimits)).toMatchObject([{ points: 1 }]);
});
