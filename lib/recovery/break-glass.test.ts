import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { setDisabled } from '@/app/(admin)/admin/users/actions';
import { openRecoveryLink } from '@/app/(sign-in)/recover/actions';
import { db } from '@/db';
import { auditEvents, passkeys, users } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { readOutbox } from '@/lib/mail';
import { breakGlass, requestRecovery } from '@/lib/recovery';
import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';
import { Browser } from '@/tests/helpers/browser';
import { finish, start } from '@/tests/helpers/ceremonies';
import { giveTotp } from '@/tests/helpers/factors';
import { addPasskey, newUser, seedPerson, somebody } from '@/tests/helpers/people';
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
  const { state } = await submit(setDisabled, { id, disabled: 'true' }, { cookies: browser.cookies });
  expect(state).toMatchObject({ status: 'done' });

  expect((await open(token)).state, 'it works once').toMatchObject({ status: 'failed' });
  const written = await db.select().from(auditEvents).where(eq(auditEvents.subjectId, admin.userId));
  expect(written.map(({ type, reason }) => [type, reason])).toEqual(
    expect.arrayContaining([
      ['recovery.break-glass', null],
      ['recovery.completed', 'break-glass'],
    ]),
  );
  const subjects = readOutbox()!
    .filter(({ to }) => to === admin.email)
    .map(({ subject }) => subject);
  expect(subjects).toContain('Your account was recovered');
  expect(subjects, 'the link itself goes to nobody').not.toContain('Get back into your account');
});

test('a link from the command line is not ended by somebody who asks for a letter', async () => {
  const { email } = await seedPerson();
  const token = await linkFor(email);
  await requestRecovery(email, somebody);
  expect((await open(token)).state?.status).not.toBe('failed');
});

test('who is unknown, disabled or no address is said in a sentence, and nothing is made', async () => {
  const { email, userId } = await seedPerson();
  await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId));
  expect(await breakGlass(email)).toEqual({ ok: false, error: expect.stringMatching(/is disabled/) });
  for (const address of ['nobody@example.com', 'nobody', ''])
    expect(await breakGlass(address)).toEqual({ ok: false, error: expect.stringMatching(/^No account/) });
});
