import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { askForRecovery } from '@/app/(sign-in)/recover/actions';
import { db } from '@/db';
import { auditEvents, oneTimeTokens, users } from '@/db/schema';
import { confirmAddress } from '@/lib/account';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { readOutbox } from '@/lib/mail';
import { issueSetupLink, openRegistrationLink, requestSignUp } from '@/lib/registration-links';
import { recoverUser, vouchForAddress } from '@/lib/user-management';
import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';
import { Browser } from '@/tests/helpers/browser';
import { eventsOf } from '@/tests/helpers/database';
import { inSession, runOperation } from '@/tests/helpers/operations';
import { addPasskey, invite, newUser, seedPerson } from '@/tests/helpers/people';
import { submit } from '@/tests/setup/request-scope';
import { withSettings } from '@/tests/setup/settings';

const messages = (to: string) => readOutbox()!.filter((message) => message.to === to);
const linkIn = (to: string, path: string) =>
  messages(to)
    .map(({ text }) => new RegExp(`/${path}/([\\w-]+)`).exec(text)?.[1])
    .find((token) => token !== undefined) ?? '';
const ask = (email: string) => submit(askForRecovery, { email });
const userOf = async (email: string) => (await db.select().from(users).where(eq(users.email, email)))[0];
const unconfirm = (email: string, mark = false) =>
  db.update(users).set({ emailVerifiedAt: null, recoversUnconfirmed: mark }).where(eq(users.email, email));

/** Makes the account of a link by its passkey, as a person does. */
async function registerBy(token: string, email?: string) {
  expect(await runOperation(openRegistrationLink, { token: token, name: 'Ada', email: email })).toMatchObject({
    ok: true,
  });
  const browser = new Browser();
  browser.cookies.set(cookieName('enrolment'), token);
  await addPasskey(browser, new SoftwareAuthenticator(config.publicUrl));
}

const invited = async (email: string) => invite(email, await newUser('Grace', 'grace@example.com'));

describe('a recovery link goes to confirmed addresses only', () => {
  test('not to one that was only typed, and the asker sees no difference', async () => {
    const [typed, confirmed] = [await seedPerson(), await seedPerson()];
    await unconfirm(typed.email);
    for (const { email } of [typed, confirmed])
      expect((await ask(email)).state).toEqual({ status: 'done', data: { email } });
    expect([messages(typed.email).length, messages(confirmed.email).length]).toEqual([0, 1]);
    const requests = (await eventsOf()).filter(({ type }) => type === 'recovery.requested');
    expect(requests.map(({ reason }) => reason)).toEqual(['address_not_confirmed', null]);
  });

  test('but still to one of an account that is older than the rule', async () => {
    const { email } = await seedPerson();
    await unconfirm(email, true);
    await ask(email);
    expect(linkIn(email, 'recover')).not.toBe('');
  });

  test('also when an administrator sends it; where no mail goes out, the link is handed over', async () => {
    const { email, userId } = await seedPerson();
    await unconfirm(email);
    const make = () => runOperation(recoverUser, { id: userId });
    expect(await withSettings({ SMTP_URL: 'smtp://127.0.0.1:1' }, make)).toEqual({
      ok: false,
      error: 'address_not_confirmed',
    });
    expect(await db.$count(oneTimeTokens)).toBe(0);
    expect(await make()).toMatchObject({ ok: true, value: { link: expect.stringContaining('/recover/') } });
    expect(messages(email), 'shown at the console, not sent').toEqual([]);
  });
});

describe('an address is confirmed', () => {
  test('by a sign-up link that came by mail', async () => {
    await runOperation(requestSignUp, { email: 'signed-up@example.com', name: 'Ada' });
    await registerBy(linkIn('signed-up@example.com', 'sign-up'));
    expect((await userOf('signed-up@example.com'))?.emailVerifiedAt).toBeInstanceOf(Date);
  });

  test('by an invitation that came by mail, not by one that was handed over; the other link ends', async () => {
    const handedOver = await invited('mailed@example.com');
    await registerBy(linkIn('mailed@example.com', 'invite'));
    expect((await userOf('mailed@example.com'))?.emailVerifiedAt).toBeInstanceOf(Date);
    expect(await runOperation(openRegistrationLink, { token: handedOver, name: 'Eve' })).toEqual({
      ok: false,
      error: 'link_expired',
    });

    await db.delete(users).where(eq(users.email, 'grace@example.com'));
    await registerBy(await invited('handed@example.com'));
    expect((await userOf('handed@example.com'))?.emailVerifiedAt).toBeNull();
    expect(
      await runOperation(openRegistrationLink, { token: linkIn('handed@example.com', 'invite'), name: 'Eve' }),
    ).toMatchObject({ ok: false });
  });

  test('by the e-mail that the setup sends, where there is mail', async () => {
    const setup = async (email: string) => registerBy((await issueSetupLink())!.split('/').at(-1)!, email);
    await setup('first@example.com');
    expect(await userOf('first@example.com')).toMatchObject({ role: 'administrator', emailVerifiedAt: null });
    expect((await runOperation(confirmAddress, { token: linkIn('first@example.com', 'confirm-address') })).ok).toBe(
      true,
    );
    expect((await userOf('first@example.com'))?.emailVerifiedAt).toBeInstanceOf(Date);
  });

  test('by an administrator who vouches for what was on the screen, once, and it is written down', async () => {
    const [administrator, { email, userId: id }] = [await seedPerson(), await seedPerson()];
    await unconfirm(email);
    await db.update(users).set({ role: 'administrator' }).where(eq(users.id, administrator.userId));
    const acting = inSession(administrator.session);
    const vouch = (address: string) => runOperation(vouchForAddress, { id, email: address }, acting);
    expect(await vouch('changed-since@example.com')).toEqual({ ok: false, error: 'address_not_vouched' });
    expect(await vouch(email)).toMatchObject({ ok: true });
    expect(await vouch(email)).toEqual({ ok: false, error: 'address_not_vouched' });
    const written = await db.select().from(auditEvents).where(eq(auditEvents.type, 'admin.address-vouched'));
    expect(written).toMatchObject([{ actorId: administrator.userId, subjectId: id }]);
    await ask(email);
    expect(linkIn(email, 'recover')).not.toBe('');
  });

  test('nobody vouches for the own address where an e-mail can confirm it', async () => {
    const { email, userId: id, session } = await seedPerson();
    await db.update(users).set({ role: 'administrator' }).where(eq(users.id, id));
    await unconfirm(email);
    const vouch = () => runOperation(vouchForAddress, { id, email }, inSession(session));
    expect(await vouch()).toEqual({ ok: false, error: 'own_address' });
    const elsewhere = {
      PUBLIC_URL: 'https://id.example.com',
      APP_SECRET: '0123456789abcdefghijklmnopqrstuvwxyz',
      TRUSTED_PROXIES: 'none',
    };
    expect(await withSettings(elsewhere, vouch)).toMatchObject({ ok: true });
  });
});
