import '@/tests/setup/async-storage';

import { eq, isNotNull, isNull } from 'drizzle-orm';
import { Secret, TOTP } from 'otpauth';
import { describe, expect, test, vi } from 'vitest';
import { changeRegion, confirmMyAddress, deleteMyAccount, rename } from '@/app/(account)/account/profile/actions';
import * as ofSecurity from '@/app/(account)/account/security/actions';
import { disable } from '@/app/(admin)/admin/users/actions';
import { confirmHere } from '@/app/actions';
import { DELETE, PATCH } from '@/app/api/passkeys/[id]/route';
import { db } from '@/db';
import { passkeys, passwords, sessions, totpSecrets, users } from '@/db/schema';
import { requestAddressChange } from '@/lib/account';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { readOutbox } from '@/lib/mail';
import { cancelRecovery } from '@/lib/recovery';
import { confirmTotp, startTotp } from '@/lib/second-factors';
import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';
import { Browser } from '@/tests/helpers/browser';
import { finish, start } from '@/tests/helpers/ceremonies';
import { enterCode, enterPassword, givePassword, giveTotp, PASSWORD } from '@/tests/helpers/factors';
import { runAs, runOperation } from '@/tests/helpers/operations';
import { addPasskey, newPerson, newUser, seedPerson, signIn } from '@/tests/helpers/people';
import { recover, recovered, send, sessionOf } from '@/tests/helpers/recovery';

const NEW_PASSWORD = 'copper lagoon 27 whistle';
async function seedAdministrator() {
  const person = await seedPerson();
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, person.userId));
  return person;
}

/** An administrator's write, as the page sends it. */
async function administer(browser: Browser) {
  const { id } = await newUser('Target', `target-${crypto.randomUUID()}@example.com`);
  return (await send(disable, { id }, browser)).state;
}

const dayLater = async () => {
  const heldUntil = new Date(Date.now() - 1000);
  for (const table of [passkeys, passwords, totpSecrets, sessions] as const)
    await db.update(table).set({ heldUntil }).where(eq(table.heldUntil, table.heldUntil));
};

const onHold = { status: 'failed', message: expect.stringMatching(/^You came by a recovery link/) };

describe('what was added after a recovery link opens no administrators’ changes', () => {
  test('neither in the session of the link, nor in one of the new passkey, until the hold is over', async () => {
    const admin = await seedAdministrator();
    expect(await administer(admin.browser), 'the control: a passkey is enough').toMatchObject({ status: 'done' });
    const { mailBrowser, browser } = await recovered(admin);
    for (const held of [mailBrowser, browser]) expect(await administer(held)).toMatchObject(onHold);

    await dayLater();
    expect(await administer(browser)).toMatchObject({ status: 'done' });
  });

  test('nor a passkey that was added with the new passkey, nor the new passkey as a step-up', async () => {
    const admin = await seedAdministrator();
    const { browser } = await recovered(admin);
    const second = new SoftwareAuthenticator(config.publicUrl);
    await addPasskey(browser, second);
    const third = new Browser();
    await signIn(third, second);
    expect(await administer(third)).toMatchObject(onHold);
    const { challengeId, options } = await start(third, 'step-up');
    expect((await finish(third, 'step-up', { challengeId, credential: second.signIn(options) })).status).toBe(200);
    expect(await administer(third)).toMatchObject(onHold);
  });

  test('nor a password and a code of which one was added after it', async () => {
    const admin = await seedAdministrator();
    await givePassword(admin);
    const browser = await recover(admin);
    const session = await sessionOf(browser);
    const started = await runAs(session, startTotp);
    const totp = new TOTP({ secret: Secret.fromBase32(started.ok ? started.value.text.replaceAll(' ', '') : '') });
    expect(await runAs(session, confirmTotp, { code: totp.generate() })).toMatchObject({ ok: true });
    await db.update(totpSecrets).set({ lastStep: 0 });

    const other = new Browser();
    await enterPassword(other, admin.email);
    expect((await enterCode(other, totp.generate())).status).toBe(200);
    expect(await administer(other)).toMatchObject(onHold);
  });

  test('nor after a link and a code; a passkey from before ends the hold', async () => {
    const admin = await seedAdministrator();
    const { code } = await giveTotp(admin);
    const browser = await recover(admin);
    expect((await enterCode(browser, code())).status).toBe(200);
    expect(await administer(browser)).toMatchObject(onHold);

    const { challengeId, options } = await start(browser, 'step-up');
    const credential = admin.authenticator.signIn(options);
    expect((await finish(browser, 'step-up', { challengeId, credential })).status).toBe(200);
    expect(await administer(browser)).toMatchObject({ status: 'done' });
  });

  test('nor what an administrator added with a password alone, whose owner takes it away by the e-mail', async () => {
    const admin = await seedAdministrator();
    await givePassword(admin);
    const browser = new Browser();
    await enterPassword(browser, admin.email);
    const thiefs = new SoftwareAuthenticator(config.publicUrl);
    await addPasskey(browser, thiefs);
    const stepUp = await start(browser, 'step-up');
    const credential = thiefs.signIn(stepUp.options);
    expect((await finish(browser, 'step-up', { challengeId: stepUp.challengeId, credential })).status).toBe(200);
    const other = new Browser();
    await signIn(other, thiefs);
    for (const held of [browser, other]) expect(await administer(held)).toMatchObject(onHold);

    const undoing = () =>
      readOutbox()!.find(({ to, text }) => to === admin.email && text.includes('/cancel-recovery/'));
    await vi.waitFor(() => expect(undoing()).toBeDefined());
    const [token] = /(?<=cancel-recovery\/)[\w-]+/.exec(undoing()!.text)!;
    expect(await runOperation(cancelRecovery, { token })).toMatchObject({ ok: true });
    expect(await db.select({ id: passkeys.id }).from(passkeys).where(isNull(passkeys.removedAt))).toEqual([
      { id: admin.passkey.id },
    ]);
  });

  test('but a member’s passkey that was added with a password is not held, nor an administrator’s beside a passkey', async () => {
    const [member, admin] = [await seedPerson(), await seedAdministrator()];
    await givePassword(member);
    const browser = new Browser();
    await enterPassword(browser, member.email);
    await addPasskey(browser, new SoftwareAuthenticator(config.publicUrl));
    await addPasskey(admin.browser, new SoftwareAuthenticator(config.publicUrl));
    expect(await db.$count(passkeys, isNotNull(passkeys.heldUntil))).toBe(0);
  });

  test('a first passkey of an invitation is not held', async () => {
    const person = await newPerson();
    await db.update(users).set({ role: 'administrator' }).where(eq(users.id, person.userId));
    expect(await administer(person.browser)).toMatchObject({ status: 'done' });
  });
});

describe('what was added after a recovery link removes and changes nothing older', () => {
  test.each(['the session of the link', 'a session of the new passkey'])('in %s', async (which) => {
    const person = await seedPerson();
    await givePassword(person);
    const { code } = await giveTotp(person);
    const mailBrowser = await recover(person);
    await enterCode(mailBrowser, code());
    const authenticator = new SoftwareAuthenticator(config.publicUrl);
    const { passkey: added } = await addPasskey(mailBrowser, authenticator);
    const ownerBrowser = new Browser();
    await signIn(ownerBrowser, authenticator);
    const browser = which === 'the session of the link' ? mailBrowser : ownerBrowser;

    const ofPasskey = (id: string, method: 'PATCH' | 'DELETE', body?: unknown) =>
      browser.send(method === 'PATCH' ? PATCH : DELETE, { method, params: { id }, body });
    for (const [method, body] of [['DELETE'], ['PATCH', { name: 'Mine' }]] as const) {
      expect(await ofPasskey(person.passkey.id, method, body)).toMatchObject({
        status: 403,
        json: { error: { code: 'on_hold' } },
      });
    }
    for (const [action, fields] of [
      [ofSecurity.dropPassword, {}],
      [ofSecurity.turnOffTotp, {}],
      [ofSecurity.newCodes, {}],
      [rename, { name: 'Eve' }],
      [changeRegion, { locale: 'de', zoneinfo: 'Europe/Berlin' }],
      [deleteMyAccount, { confirm: person.email }],
    ] as const) {
      expect((await send(action, fields, browser)).state).toMatchObject(onHold);
    }
    expect(await runAs(await sessionOf(browser), requestAddressChange, { email: 'eve@example.com' })).toEqual({
      ok: false,
      error: 'on_hold',
    });
    expect(await db.$count(passkeys, isNull(passkeys.removedAt))).toBe(2);

    expect((await send(ofSecurity.savePassword, { password: NEW_PASSWORD }, browser)).state?.status).toBe('done');
    expect((await send(confirmMyAddress, {}, browser)).state?.status, 'one’s own address may be confirmed').toBe(
      'done',
    );
    expect((await send(ofSecurity.dropPassword, {}, browser)).state?.status, 'its own password goes').toBe('done');
    expect((await ofPasskey(added.id, 'DELETE')).status, 'and its own passkey').toBe(204);
  });

  test('a password from before counts for itself, and ends the hold of the session it confirms', async () => {
    const person = await seedPerson();
    await givePassword(person);
    const browser = await recover(person);
    expect((await send(rename, { name: 'Eve' }, browser)).state).toMatchObject(onHold);
    const { cookies } = await send(confirmHere, { password: PASSWORD }, browser);
    browser.cookies.set(cookieName('session'), cookies.get(cookieName('session'))!.value);
    expect((await send(rename, { name: 'Ada' }, browser)).state?.status).toBe('done');
  });
});
