import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { askForRecovery, openRecoveryLink } from '@/app/(sign-in)/recover/actions';
import { db } from '@/db';
import { oneTimeTokens, passkeys, sessions, users } from '@/db/schema';
import { confirmAddress, requestAddressChange } from '@/lib/account';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { readOutbox } from '@/lib/mail';
import { findUserLink, requestRecovery } from '@/lib/recovery';
import { requestSignUp } from '@/lib/registration-links';
import { PEER_HEADER } from '@/lib/request-context';
import { recoverUser } from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { eventsOf } from '@/tests/helpers/database';
import { enterCode, givePassword, giveTotp } from '@/tests/helpers/factors';
import { runAs, runOperation } from '@/tests/helpers/operations';
import { addPasskey, seedPerson } from '@/tests/helpers/people';
import { submit } from '@/tests/setup/request-scope';
import { withSettings } from '@/tests/setup/settings';

const mails = (to: string) => readOutbox()!.filter((mail) => mail.to === to);
const linkIn = (to: string) =>
  /\/recover\/([\w-]+)/.exec(mails(to).find(({ text }) => text.includes('/recover/'))?.text ?? '')?.[1] ?? '';

async function linkFor(email: string) {
  await runOperation(requestRecovery, { email });
  return linkIn(email);
}

const open = (token: string, browser = new Browser()) =>
  submit(openRecoveryLink, { token }, { cookies: browser.cookies });

describe('asking for a link', () => {
  test('shows the same for a known, an unknown and a disabled address, and only the known one gets an e-mail (L1)', async () => {
    const [known, disabled] = [await seedPerson(), await seedPerson()];
    await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, disabled.userId));
    const ask = async (email: string) => (await submit(askForRecovery, { email })).state;
    for (const email of [known.email, disabled.email, 'nobody@example.com']) {
      expect(await ask(email)).toEqual({ status: 'done', data: { email } });
    }
    expect([mails(known.email).length, mails(disabled.email).length, mails('nobody@example.com').length]).toEqual([
      1, 0, 0,
    ]);
  });

  test('is answered the same when the mailbox has had enough, and the newest link works on (J7)', async () => {
    const { email } = await seedPerson();
    const ask = async (n: number) =>
      (await submit(askForRecovery, { email }, { headers: { [PEER_HEADER]: `203.0.113.${n}` } })).state;
    for (let n = 0; n < 7; n++) expect(await ask(n)).toEqual({ status: 'done', data: { email } });
    expect(mails(email)).toHaveLength(5);
    expect(await findUserLink('recover', linkIn(email))).toBeDefined();
    const reasons = (await eventsOf()).filter(({ type }) => type === 'recovery.requested').map(({ reason }) => reason);
    expect(reasons).toHaveLength(7);
    expect(reasons.filter((reason) => reason === 'too_many_emails')).toHaveLength(2);
  });

  test('is not kept from its owner by e-mails of another kind (J7)', async () => {
    const [owner, stranger] = [await seedPerson(), await seedPerson()];
    for (let n = 0; n < 6; n++) {
      await runOperation(requestSignUp, { email: owner.email, name: 'Eve' });
      await runAs(stranger.session, requestAddressChange, { email: owner.email });
    }
    expect(await findUserLink('recover', await linkFor(owner.email))).toBeDefined();
  });

  test('makes the link from our own origin, whatever host is claimed, and keeps only its hash', async () => {
    const person = await seedPerson();
    await submit(
      askForRecovery,
      { email: person.email },
      { headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } },
    );
    const [mail] = mails(person.email);
    expect(mail!.text).toContain(`${config.publicUrl}/recover/`);
    expect(mail!.text + mail!.html).not.toContain('evil');
    expect(JSON.stringify(await db.select().from(oneTimeTokens))).not.toContain(linkIn(person.email));
  });

  test('again ends the link before, and looking uses nothing up (F12)', async () => {
    const person = await seedPerson();
    const first = await linkFor(person.email);
    const second = await linkFor(person.email);
    expect(await findUserLink('recover', first)).toBeUndefined();
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(await findUserLink('recover', second)).toMatchObject({ userId: person.userId });
  });

  test('with a header in the address, or a look-alike of it, sends nothing (F16)', async () => {
    const person = await seedPerson();
    const before = [...readOutbox()!];
    for (const email of [
      `${person.email}\r\nBcc: thief@example.com`,
      `${person.email},thief@example.com`,
      person.email.replace('e', 'е'),
      `"${person.email}"`,
    ]) {
      await submit(askForRecovery, { email });
    }
    expect(readOutbox()).toEqual(before);
  });
});

describe('a recovery link', () => {
  test('gets back in, ends every other session, tells the owner and offers a new passkey first (F14)', async () => {
    const person = await seedPerson();
    const browser = new Browser();
    const { redirectedTo, cookies } = await open(await linkFor(person.email), browser);
    expect(redirectedTo).toBe('/add-passkey?after=recovery');
    expect(await db.$count(sessions)).toBe(1);
    expect((await person.browser.send((await import('@/app/api/passkeys/route')).GET, { method: 'GET' })).status).toBe(
      401,
    );
    expect(mails(person.email).map(({ subject }) => subject)).toContain('Your account was recovered by mail');
    expect((await eventsOf()).map(({ type }) => type)).toContain('recovery.completed');

    browser.cookies.set(cookieName('session'), cookies.get(cookieName('session'))!.value);
    expect(await addPasskey(browser, person.authenticator)).toMatchObject({ passkey: { id: expect.any(String) } });
  });

  test('ends a change of the address that somebody else had begun (F14)', async () => {
    const person = await seedPerson();
    await runAs(person.session, requestAddressChange, { email: 'thief@example.com' });
    const [message] = mails('thief@example.com');
    await open(await linkFor(person.email));
    const token = /confirm-address\/([\w-]+)/.exec(message!.text)![1]!;
    expect((await runOperation(confirmAddress, { token })).ok).toBe(false);
    expect((await db.select().from(users))[0]!.email).toBe(person.email);
  });

  test('is shown to an administrator only where no mail goes out (F18)', async () => {
    const person = await seedPerson();
    const make = () => runOperation(recoverUser, { id: person.userId });
    expect(await make()).toMatchObject({ ok: true, value: { link: expect.stringContaining('/recover/') } });
    const mailed = await withSettings({ SMTP_URL: 'smtp://127.0.0.1:1' }, make);
    expect(mailed).toEqual({ ok: true, value: {} });
    expect(await db.$count(oneTimeTokens)).toBe(1);
  });

  test('works once of twenty times at once, and never again', async () => {
    const person = await seedPerson();
    const token = await linkFor(person.email);
    const answers = await Promise.all(Array.from({ length: 9 }, () => open(token)));
    expect(answers.filter(({ redirectedTo }) => redirectedTo)).toHaveLength(1);
    expect((await open(token)).state).toMatchObject({ status: 'failed' });
    expect(await db.$count(sessions)).toBe(1);
  });

  test('replaces one factor and never two: the code is asked as well (F11, F13)', async () => {
    const person = await seedPerson();
    const { code } = await giveTotp(person);
    const { redirectedTo, cookies } = await open(await linkFor(person.email));
    expect(redirectedTo).toBe('/two-factor');
    expect(cookies.get(cookieName('session'))).toBeUndefined();
    expect(await db.$count(sessions), 'the owner is still signed in').toBe(1);

    const browser = new Browser();
    const opened = await submit(openRecoveryLink, { token: await linkFor(person.email) }, { cookies: browser.cookies });
    expect(opened.redirectedTo).toBe('/two-factor');
    // The waiting sign-in belongs to the browser that opened the link, which this one is not.
    browser.cookies.set(cookieName('second-factor'), opened.cookies.get(cookieName('second-factor'))!.value);
    expect((await enterCode(browser, code())).status).toBe(409);
  });

  test.each([
    ['too old', () => db.update(oneTimeTokens).set({ expiresAt: new Date(Date.now() - 1000) })],
    ['of another purpose', () => db.update(oneTimeTokens).set({ purpose: 'verify-email' })],
    ['of a disabled user', () => db.update(users).set({ disabledAt: new Date() })],
  ])('%s is refused and changes nothing', async (_, spoil) => {
    const person = await seedPerson();
    const token = await linkFor(person.email);
    await spoil();
    expect((await open(token)).state).toMatchObject({ status: 'failed' });
    expect(await db.$count(sessions)).toBe(1);
  });
});

describe('whoever loses one thing comes back', () => {
  const recover = async (email: string) => (await open(await linkFor(email))).redirectedTo;

  test('only a passkey, lost: by mail', async () => {
    const person = await seedPerson();
    expect(await recover(person.email)).toBe('/add-passkey?after=recovery');
  });

  test('only a password, forgotten: by mail', async () => {
    const person = await seedPerson();
    await givePassword(person);
    await db.update(passkeys).set({ removedAt: new Date() });
    expect(await recover(person.email)).toBe('/add-passkey?after=recovery');
  });

  test('password and authenticator app, one of them lost: mail for the password, a recovery code for the app', async () => {
    const person = await seedPerson();
    await givePassword(person);
    const { code, recoveryCodes } = await giveTotp(person);
    await db.update(passkeys).set({ removedAt: new Date() });

    const browser = new Browser();
    browser.cookies.set(cookieName('browser'), 'b'.repeat(43));
    const opened = await open(await linkFor(person.email), browser);
    browser.cookies.set(cookieName('second-factor'), opened.cookies.get(cookieName('second-factor'))!.value);
    expect(await enterCode(browser, code())).toMatchObject({
      json: { status: 'signed-in', redirectTo: '/add-passkey?after=recovery' },
    });

    const { enterPassword } = await import('@/tests/helpers/factors');
    await enterPassword(browser, person.email);
    expect((await enterCode(browser, recoveryCodes[0]!)).status).toBe(200);
  });
});
