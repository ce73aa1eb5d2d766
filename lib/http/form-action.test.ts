import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { disable, enable } from '@/app/(admin)/admin/users/actions';
import { openLink } from '@/app/(sign-in)/actions';
import { signInByPassword } from '@/app/(sign-in)/sign-in/actions';
import { requestAccount } from '@/app/(sign-in)/sign-up/actions';
import { chooseTheme, signOut } from '@/app/actions';
import { db } from '@/db';
import { sessions, users } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { eventsOf, snapshot } from '@/tests/helpers/database';
import { seedPerson } from '@/tests/helpers/people';
import { submit } from '@/tests/setup/request-scope';
import { withSettings } from '@/tests/setup/settings';

const ada = { email: 'ada@example.com', name: 'Ada' };

/** Sends a form that must be refused: says why, and leaves everything as it was. */
async function expectRefused(sent: ReturnType<typeof submit> | (() => ReturnType<typeof submit>), message: RegExp) {
  const before = await snapshot();
  const { state, setCookies } = await (typeof sent === 'function' ? sent() : sent);
  expect(state).toMatchObject({ status: 'failed', message: expect.stringMatching(message) });
  expect(setCookies).toEqual([]);
  expect(await snapshot()).toEqual(before);
  return state;
}

async function administrator() {
  const person = await seedPerson();
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, person.userId));
  return person;
}

const foreign = [
  undefined,
  '',
  'null',
  'https://evil.example',
  'http://localhost:3000/',
  'http://localhost:3001',
  'http://[::1',
];
test.each(foreign)(
  'I5, T23: a form from the origin %j does nothing, whatever the forwarded host says',
  async (origin) => {
    const headers = { origin, 'x-forwarded-host': 'evil.example', host: 'evil.example' };
    await expectRefused(() => submit(requestAccount, ada, { headers }), /another site/);
  },
);

test('login CSRF: a link cannot be opened for somebody from another site, nor somebody be signed out', async () => {
  const { browser } = await seedPerson();
  const headers = { origin: 'https://evil.example' };
  await expectRefused(() => submit(openLink, { token: 'x', name: 'Ada' }, { headers }), /another site/);
  await expectRefused(() => submit(signOut, {}, { headers, cookies: browser.cookies }), /another site/);
  expect(await db.$count(sessions)).toBe(1);
});

test('J4: too often says how long to wait', async () => {
  await withSettings({ RATE_LIMIT_SCALE: '0.1' }, async () => {
    for (let n = 0; n < 2; n++) expect((await submit(requestAccount, ada)).state).toMatchObject({ status: 'done' });
    await expectRefused(() => submit(requestAccount, ada), /^Too many attempts\. Try again in \d+ minutes\.$/);
    expect((await submit(requestAccount, ada, { address: '198.51.100.9' })).state).toMatchObject({ status: 'done' });
  });
});

test.each([
  ['no address', { name: 'Ada' }, 'email'],
  ['no e-mail address', { ...ada, email: 'ada' }, 'email'],
  ['two addresses', { ...ada, email: 'ada@example.com,eve@example.com' }, 'email'],
  ['NUL in the address', { ...ada, email: 'ada\0@example.com' }, 'email'],
  ['no name', { ...ada, name: '  ' }, 'name'],
  ['NUL in the name', { ...ada, name: 'A\0' }, 'name'],
])('%s is said beside its field', async (_, fields, field) => {
  const state = await expectRefused(() => submit(requestAccount, fields), /^Check what you entered\.$/);
  expect(Object.keys((state as { fields: object }).fields)).toContain(field);
});

test.each([
  ['a value', 'return_to', '/a\0b'],
  ['a password', 'password', 'a\0b'],
  ['a name', 'a\0b', 'x'],
])('I14: NUL in %s is refused of any form, and nothing is thrown', async (_, name, value) => {
  const right = { email: 'ada@example.com', password: 'x' };
  const state = await expectRefused(
    () => submit(signInByPassword, { ...right, [name]: value }),
    /^Check what you entered\.$/,
  );
  expect((state as { fields: object }).fields).toEqual({ [name]: 'Type this again.' });
});

test('I14: half of a surrogate pair is no refusal of the database either', async () => {
  const halves = { email: 'ada@example.com', name: 'Ada \ud800', return_to: '/\udfff' };
  const { state } = await submit(requestAccount, halves);
  expect(state).toMatchObject({ status: expect.stringMatching(/^(done|failed)$/) });
});

test('what is no text is taken for nothing, and so are React’s own fields', async () => {
  const form = new FormData();
  form.set('email', new File(['x'], 'x.txt'));
  form.set('$ACTION_ID', 'x');
  form.set('name', 'Ada');
  await expectRefused(() => submit((previous) => requestAccount(previous, form), {}), /^Check/);
});

test('I11: a server action asks for its own rights: nobody, a member, and an old authentication are refused', async () => {
  const member = await seedPerson();
  const admin = await administrator();
  const fields = { id: member.userId };
  await expectRefused(() => submit(disable, fields), /^You are signed out/);
  await expectRefused(() => submit(disable, fields, { cookies: member.browser.cookies }), /^Only an administrator/);
  await db.update(sessions).set({ authTime: new Date(Date.now() - 11 * 60_000) });
  await expectRefused(() => submit(disable, fields, { cookies: admin.browser.cookies }), /^Confirm that it is you/);
  await db.update(sessions).set({ stepUpAt: new Date() });
  expect((await submit(disable, { ...fields, id: 'x' }, { cookies: admin.browser.cookies })).state).toMatchObject({
    status: 'failed',
  });
});

test.each([
  ['a password alone', { amr: ['pwd'], acr: 'aal1' }, false],
  ['a link that came by mail', { amr: ['mail'], acr: 'aal1' }, false],
  ['a password and a code', { amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' }, true],
  ['a passkey that is synced', { amr: ['swk', 'user', 'mfa'], acr: 'phr' }, true],
  ['a passkey of a device', { amr: ['hwk', 'user', 'mfa'], acr: 'phrh' }, true],
])(
  'an administrator’s change needs a passkey or two factors: %s, at the sign-in and at a step-up',
  async (...parameters) => {
    const [, authentication, isEnough] = parameters;
    const admin = await administrator();
    const { userId: id } = await seedPerson();
    const change = async (action: typeof disable) =>
      (await submit(action, { id }, { cookies: admin.browser.cookies })).state;
    const expected = isEnough
      ? { status: 'done' }
      : {
          status: 'failed',
          message: expect.stringMatching(/^Administrators confirm with a passkey/),
          needsStepUp: true,
        };

    const ofAdmin = eq(sessions.userId, admin.userId);
    await db.update(sessions).set(authentication).where(ofAdmin);
    expect(await change(disable)).toMatchObject(expected);
    const stepUp = { stepUpAt: new Date(), stepUpAmr: authentication.amr, stepUpAcr: authentication.acr };
    const signIn = { amr: ['hwk', 'user', 'mfa'], acr: 'phrh', authTime: new Date(Date.now() - 11 * 60_000) };
    await db
      .update(sessions)
      .set({ ...signIn, ...stepUp })
      .where(ofAdmin);
    expect(await change(enable)).toMatchObject(expected);
  },
);

test('who is signed in does not open a link of somebody else', async () => {
  const { browser } = await seedPerson();
  await expectRefused(
    () => submit(openLink, { token: 'x', name: 'Ada' }, { cookies: browser.cookies }),
    /^You are signed in/,
  );
});

test('signing out ends the session, takes the cookie away, is written down, and leads on', async () => {
  const { browser, userId } = await seedPerson();
  const left = await submit(signOut, {}, { cookies: browser.cookies });
  expect(left.redirectedTo).toBe('/signed-out');
  expect(left.cookies.get(cookieName('session'))).toMatchObject({ value: '', maxAge: 0 });
  expect(await db.$count(sessions)).toBe(0);
  expect(await eventsOf()).toMatchObject([{ type: 'auth.logout', subjectId: userId }]);
});

test('choosing colours keeps one of three words', async () => {
  expect((await submit(chooseTheme, { theme: 'dark' })).cookies.get('theme')?.value).toBe('dark');
  expect((await submit(chooseTheme, { theme: 'x;path=/evil' })).cookies.get('theme')).toBeUndefined();
});
