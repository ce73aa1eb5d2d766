import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { sessions, users } from '@/db/schema';
import { config } from '@/lib/config';
import { snapshot } from '@/tests/helpers/database';
import { givePassword, giveTotp } from '@/tests/helpers/factors';
import { meanwhile } from '@/tests/helpers/meanwhile';
import { seedPerson, seedSession } from '@/tests/helpers/people';
import { submit } from '@/tests/setup/request-scope';
import { withSettings } from '@/tests/setup/settings';
import * as ofApps from './apps/actions';
import * as ofPasskeys from './passkeys/actions';
import * as ofProfile from './profile/actions';
import * as ofSecurity from './security/actions';
import * as ofSessions from './sessions/actions';

const id = crypto.randomUUID();
type Action = Parameters<typeof submit>[0];

/** What wants a recent authentication (requirement G8), each with a form that would do something. */
const sensitive: [string, Action, Record<string, string>][] = [
  ['set a password', ofSecurity.savePassword, { password: 'another lantern, 37 quartz umbrellas' }],
  ['remove the password', ofSecurity.dropPassword, {}],
  ['begin two-step sign-in', ofSecurity.beginTotp, {}],
  ['confirm two-step sign-in', ofSecurity.finishTotp, { code: '123456' }],
  ['turn two-step sign-in off', ofSecurity.turnOffTotp, {}],
  ['make recovery codes', ofSecurity.newCodes, {}],
  ['change the address', ofProfile.changeAddress, { email: 'new@example.com' }],
  ['delete the account', ofProfile.deleteMyAccount, { confirm: '' }],
  ['end a session', ofSessions.endSession, { id }],
  ['end all other sessions', ofSessions.endOthers, {}],
];
const simple: [string, Action, Record<string, string>][] = [
  ['report a lost device', ofPasskeys.loseDevice, { id }],
  ['change the name', ofProfile.rename, { name: 'Mallory' }],
  ['change the region', ofProfile.changeRegion, { locale: 'de', zoneinfo: 'Europe/Berlin' }],
  ['ask for a link that confirms the address', ofProfile.confirmMyAddress, {}],
  ['withdraw an app', ofApps.withdrawApp, { id: 'wiki' }],
];

/** Said with the link that leads to sign-in and back. */
const signedOut = { message: expect.stringMatching(/^You are signed out/), needsSignIn: true };

/** Somebody with everything that could be lost, and another session. */
async function owner() {
  const person = await seedPerson();
  await givePassword(person);
  await giveTotp(person);
  await seedSession(person.browser.copy(), person.userId, person.passkey.id);
  await db
    .update(sessions)
    .set({ id })
    .where(eq(sessions.id, (await db.select().from(sessions))[1]!.id));
  return person;
}

test('no action of these pages is left out of the lists', () => {
  const exported = [ofApps, ofPasskeys, ofProfile, ofSecurity, ofSessions].flatMap((module) => Object.values(module));
  expect(new Set([...sensitive, ...simple].map(([, action]) => action))).toEqual(new Set(exported));
});

test.each(sensitive)(
  'F6, G8: nobody, and nobody without a recent authentication, can %s',
  async (_, action, fields) => {
    const { browser, email } = await owner();
    await db.update(sessions).set({ authTime: new Date(Date.now() - 11 * 60_000) });
    const form = { ...fields, ...('confirm' in fields && { confirm: email }) };
    const before = await snapshot();
    expect((await submit(action, form)).state).toMatchObject(signedOut);
    expect((await submit(action, form, { cookies: browser.cookies })).state).toMatchObject({ needsStepUp: true });
    expect(await snapshot()).toEqual(before);
  },
);

test.each(simple)('nobody can %s without a session', async (_, action, fields) => {
  await owner();
  const before = await snapshot();
  expect((await submit(action, fields)).state).toMatchObject(signedOut);
  expect(await snapshot()).toEqual(before);
});

/** Gives no power in a session that has ended. */
const elsewhere = new Set<Action>([ofSessions.endOthers]);

// PGlite has one connection, on which nothing comes between.
test.runIf(config.databaseUrl).each([...sensitive, ...simple].filter(([, action]) => !elsewhere.has(action)))(
  'whose session ends while the form is sent is led to sign-in: %s',
  async (_, action, fields) => {
    const { browser, email, userId } = await owner();
    const form = { ...fields, ...('confirm' in fields && { confirm: email }) };
    const { state } = await withSettings({ SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'latchkey@example.com' }, () =>
      meanwhile(() => submit(action, form, { cookies: browser.cookies }), 'for no key update', {
        before: (tx) => tx.update(users).set({ name: 'Held' }).where(eq(users.id, userId)),
        after: (tx) => tx.delete(sessions),
      }),
    );
    expect(state).toMatchObject(signedOut);
  },
);
