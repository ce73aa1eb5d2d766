import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { disable } from '@/app/(admin)/admin/users/actions';
import { openRecoveryLink } from '@/app/(sign-in)/recover/actions';
import { db } from '@/db';
import { auditEvents, passkeys, sessions, users } from '@/db/schema';
import { confirmAddress } from '@/lib/account';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { hashToken, randomToken } from '@/lib/crypto';
import { readOutbox } from '@/lib/mail';
import { removePasskey } from '@/lib/passkeys';
import { removePassword, setPassword } from '@/lib/passwords';
import { breakGlass, findUserLink, requestRecovery, storeLink } from '@/lib/recovery';
import { revokeOtherSessions } from '@/lib/sessions';
import { disableUser, enableUser } from '@/lib/user-management';
import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';
import { Browser } from '@/tests/helpers/browser';
import { finish, start } from '@/tests/helpers/ceremonies';
import { givePassword, giveTotp } from '@/tests/helpers/factors';
import { runAs, runOperation } from '@/tests/helpers/operations';
import { addPasskey, newUser, type Person, seedPasskey, seedPerson } from '@/tests/helpers/people';
import { submit } from '@/tests/setup/request-scope';

async function linkFor(address: string) {
  const made = await breakGlass(address);
  return made.ok ? /\/recover\/([\w-]+)$/.exec(made.value)![1]! : '';
}

async function open(token: string) {
  const browser = new Browser();
  const { cookies, state } = await submit(openRecoveryLink, { token }, { cookies: browser.cookies });
  const session = cookies.get(cookieName('session'))?.value;
  if (session) browser.cookies.set(cookieName('session'), session);
  return { browser, state };
}

test('the only administrator, who lost passkey, phone and codes, is one again by a link from the command line', async () => {
  const admin = await seedPerson();
  await db.update(users).set({ role: 'administrator', emailVerifiedAt: null }).where(eq(users.id, admin.userId));
  await giveTotp(admin);
  await db.update(passkeys).set({ removedAt: new Date() });

  const token = await linkFor(admin.email.toUpperCase());
  const { browser } = await open(token);
  const authenticator = new SoftwareAuthenticator(config.publicUrl);
  await addPasskey(browser, authenticator);
  const { challengeId, options } = await start(browser, 'step-up');
  await finish(browser, 'step-up', { challengeId, credential: authenticator.signIn(options) });
  const { id } = await newUser('Target', 'target@example.com');
  const { state } = await submit(disable, { id }, { cookies: browser.cookies });
  expect(state).toMatchObject({ status: 'done' });

  expect((await open(token)).state, 'it works once').toMatchObject({ status: 'failed' });
  const written = await db.select().from(auditEvents).where(eq(auditEvents.subjectId, admin.userId));
  expect(written.map(({ type, reason }) => [type, reason])).toEqual(
    expect.arrayContaining([
      ['recovery.break-glass', null],
      ['recovery.completed', 'break_glass'],
    ]),
  );
  const subjects = readOutbox()!
    .filter(({ to }) => to === admin.email)
    .map(({ subject }) => subject);
  expect(subjects).toContain('Your account was recovered');
  expect(subjects, 'the link itself goes to nobody').not.toContain('Get back into your account');
});

test('a link from the command line works for an hour', async () => {
  const { email } = await seedPerson();
  const token = await linkFor(email);
  expect(await findUserLink('recover', token)).toBeDefined();
  vi.setSystemTime(Date.now() + 59 * 60_000);
  expect(await findUserLink('recover', token)).toBeDefined();
  vi.setSystemTime(Date.now() + 2 * 60_000);
  expect(await findUserLink('recover', token)).toBeUndefined();
  expect((await open(token)).state).toMatchObject({ status: 'failed' });
});

test('a link from the command line ends every other session, and no second factor is asked', async () => {
  const person = await seedPerson();
  await giveTotp(person);
  const { browser } = await open(await linkFor(person.email));
  const left = await db.select().from(sessions).where(eq(sessions.userId, person.userId));
  expect(left.map(({ tokenHash }) => tokenHash)).toEqual([hashToken(browser.cookies.get(cookieName('session'))!)]);
  expect(left).toMatchObject([{ amr: ['cli'], heldUntil: null, recoveryId: null }]);
});

test('a link of somebody who was disabled since is none, not even to look at', async () => {
  const { email, userId } = await seedPerson();
  const token = await linkFor(email);
  await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId));
  expect(await findUserLink('recover', token)).toBeUndefined();
  expect((await open(token)).state).toMatchObject({ status: 'failed' });
});

test('a link from the command line is not ended by somebody who asks for an e-mail', async () => {
  const { email } = await seedPerson();
  const token = await linkFor(email);
  await runOperation(requestRecovery, { email });
  expect((await open(token)).state?.status).not.toBe('failed');
});

const ways: [string, (person: Person) => Promise<unknown>][] = [
  ['sets a password', ({ session }) => runAs(session, setPassword, { password: 'another quartz umbrella 95 lantern' })],
  ['removes the password', ({ session }) => runAs(session, removePassword)],
  ['removes a passkey', ({ session, passkey }) => runAs(session, removePasskey, { id: passkey.id })],
  ['ends the other sessions', ({ session }) => runAs(session, revokeOtherSessions)],
  ['uses a mailed link', async (person) => open(await mailed(person, 'recover'))],
  [
    'confirms another address',
    async (person) => runOperation(confirmAddress, { token: await mailed(person, 'verify-email') }),
  ],
];

async function mailed({ userId, email }: Person, purpose: 'recover' | 'verify-email') {
  const token = randomToken();
  await db.transaction((tx) => storeLink(tx, purpose, userId, email, token));
  return token;
}

test.each(ways)('a thief who %s ends no link from the command line', async (_, act) => {
  const person = await seedPerson();
  await seedPasskey(person.authenticator, person.user);
  await givePassword(person);
  const token = await linkFor(person.email);
  await act(person);
  expect((await open(token)).state?.status).not.toBe('failed');
});

test('another link from the command line ends the one before, and so does an administrator who disables', async () => {
  const { email, userId } = await seedPerson();
  const [first, second] = [await linkFor(email), await linkFor(email)];
  expect((await open(first)).state).toMatchObject({ status: 'failed' });
  for (const change of [disableUser, enableUser]) await runOperation(change, { id: userId });
  expect((await open(second)).state).toMatchObject({ status: 'failed' });
});

test('who is unknown, disabled or no address is said in a sentence, and nothing is made', async () => {
  const { email, userId } = await seedPerson();
  await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId));
  expect(await breakGlass(email)).toEqual({ ok: false, error: expect.stringMatching(/is disabled/) });
  for (const address of ['nobody@example.com', 'nobody', ''])
    expect(await breakGlass(address)).toEqual({ ok: false, error: expect.stringMatching(/^No account/) });
});
