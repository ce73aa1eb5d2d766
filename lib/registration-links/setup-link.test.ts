import { eq } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import { db } from '@/db';
import { oneTimeTokens, passkeys, sessions, users } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { hashToken } from '@/lib/crypto';
import {
  completeRegistration,
  findRegistrationLink,
  issueSetupLink,
  openRegistrationLink,
} from '@/lib/registration-links';
import { DAYS } from '@/lib/time';
import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';
import { Browser } from '@/tests/helpers/browser';
import { finish, start } from '@/tests/helpers/ceremonies';
import { eventsOf } from '@/tests/helpers/database';
import { runOperation } from '@/tests/helpers/operations';
import { invite, newUser, somebody } from '@/tests/helpers/people';
import { withSettings } from '@/tests/setup/settings';

afterEach(() => vi.useRealTimers());

const tokenOf = (link: string | undefined) => link!.split('/').at(-1)!;

/** A browser that opened a link and holds the answer to its ceremony, not sent yet. */
async function aboutToEnrol(token: string, email?: string) {
  expect((await runOperation(openRegistrationLink, { token: token, name: 'Ada', email: email })).ok).toBe(true);
  const browser = new Browser();
  browser.cookies.set(cookieName('enrolment'), token);
  const { challengeId, options } = await start(browser, 'register');
  const credential = new SoftwareAuthenticator(config.publicUrl).register(options);
  return () => finish(browser, 'register', { challengeId, credential });
}

test('N12: the first administrator comes by a link that is printed, and the table holds only its hash', async () => {
  const link = await issueSetupLink();
  expect(link).toMatch(/^http:\/\/localhost:3000\/setup\/[A-Za-z0-9_-]{43}$/);
  const [row] = await db.select().from(oneTimeTokens);
  expect(row).toMatchObject({
    purpose: 'setup',
    role: 'administrator',
    tokenHash: hashToken(tokenOf(link)),
    email: null,
  });
  expect(JSON.stringify(row)).not.toContain(tokenOf(link));
});

test('it is the same over restarts and on every instance, and there is one of it', async () => {
  const links = await Promise.all(Array.from({ length: 20 }, () => issueSetupLink()));
  links.push(await withSettings({}, issueSetupLink));
  expect(new Set(links).size).toBe(1);
  expect(await db.$count(oneTimeTokens)).toBe(1);
});

test('with another secret it is another link, and the old one opens nothing', async () => {
  const old = tokenOf(await issueSetupLink());
  const link = await withSettings({ APP_SECRET: 'another secret for tests that is long enough' }, issueSetupLink);
  expect(tokenOf(link)).not.toBe(old);
  expect([await findRegistrationLink(old), (await findRegistrationLink(tokenOf(link)))?.purpose]).toEqual([
    undefined,
    'setup',
  ]);
});

test('F17: it expires, and the next start opens it anew', async () => {
  const token = tokenOf(await issueSetupLink());
  vi.setSystemTime(Date.now() + 1 * DAYS * 1000 + 1000);
  expect(await findRegistrationLink(token)).toBeUndefined();
  expect(tokenOf(await issueSetupLink())).toBe(token);
  expect(await findRegistrationLink(token)).toBeDefined();
});

test('G8: it makes one administrator, whatever runs at the same time', async () => {
  const token = tokenOf(await issueSetupLink());
  const answers = [];
  for (let n = 0; n < 20; n++) answers.push(await aboutToEnrol(token, 'ada@example.com'));
  const statuses = (await Promise.all(answers.map((send) => send()))).map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  expect(await db.select({ role: users.role, email: users.email }).from(users)).toEqual([
    { role: 'administrator', email: 'ada@example.com' },
  ]);
  expect([await db.$count(passkeys), await db.$count(sessions)]).toEqual([1, 1]);
  expect((await eventsOf()).filter(({ type }) => type === 'bootstrap.admin-created')).toHaveLength(1);
});

test('it is worth nothing where an administrator came to be after it was looked at', async () => {
  const token = tokenOf(await issueSetupLink());
  await runOperation(openRegistrationLink, { token: token, name: 'Ada', email: 'ada@example.com' });
  const link = (await findRegistrationLink(token))!;
  const { id } = await newUser('Root', 'root@example.com');
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, id));
  const completed = await db.transaction((tx) => completeRegistration(tx, link, somebody));
  expect(completed).toEqual({ ok: false, error: 'link_expired' });
  expect(await db.$count(users)).toBe(1);
});

test('it is worth nothing once there is an administrator, however that one came to be', async () => {
  const token = tokenOf(await issueSetupLink());
  const send = await aboutToEnrol(token, 'ada@example.com');
  const { id } = await newUser('Root', 'root@example.com');
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, id));
  expect([await findRegistrationLink(token), await issueSetupLink()]).toEqual([undefined, undefined]);
  expect(await runOperation(openRegistrationLink, { token: token, name: 'Ada', email: 'ada@example.com' })).toEqual({
    ok: false,
    error: 'link_expired',
  });
  expect((await send()).status).toBe(401);
  expect(await db.$count(users)).toBe(1);
});

test('it needs an address, which the person gives and may correct', async () => {
  const token = tokenOf(await issueSetupLink());
  expect(await runOperation(openRegistrationLink, { token: token, name: 'Ada' })).toEqual({
    ok: false,
    error: 'address_missing',
  });
  await runOperation(openRegistrationLink, { token: token, name: 'Ada', email: 'aad@example.com' });
  await runOperation(openRegistrationLink, { token: token, name: 'Ada Lovelace', email: 'ada@example.com' });
  expect(await findRegistrationLink(token)).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com' });
});

test('F17: twenty answers to one invitation at once make one user', async () => {
  const inviter = await newUser('Inviter', 'inviter@example.com');
  const token = await invite('ada@example.com', inviter);
  const answers = [];
  for (let n = 0; n < 20; n++) answers.push(await aboutToEnrol(token));
  const statuses = (await Promise.all(answers.map((send) => send()))).map(({ status }) => status);
  expect([statuses.filter((status) => status === 201).length, statuses.filter((status) => status >= 500)]).toEqual([
    1,
    [],
  ]);
  expect([await db.$count(users), await db.$count(passkeys)]).toEqual([2, 1]);
});

test('F17: a link that was used is dead, also when its user is gone again', async () => {
  const { id } = await newUser('Inviter', 'inviter@example.com');
  const token = await invite('ada@example.com', { id, name: 'Inviter' });
  const [send, again] = [await aboutToEnrol(token), await aboutToEnrol(token)];
  expect((await send()).status).toBe(201);
  await db.delete(users).where(eq(users.email, 'ada@example.com'));
  expect([await findRegistrationLink(token), (await again()).status]).toEqual([undefined, 401]);
  expect(await runOperation(openRegistrationLink, { token: token, name: 'Eve' })).toEqual({
    ok: false,
    error: 'link_expired',
  });
  expect(await db.$count(users)).toBe(1);
});
