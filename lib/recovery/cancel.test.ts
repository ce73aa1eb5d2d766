import '@/tests/setup/async-storage';

import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { Secret, TOTP } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { cancel } from '@/app/(sign-in)/cancel-recovery/actions';
import { confirmHere } from '@/app/actions';
import { db } from '@/db';
import { factorFailures, passkeys, passwords, pendingSignIns, sessions, totpSecrets } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { setPassword } from '@/lib/passwords';
import { takeFactorAttempt } from '@/lib/rate-limits';
import { findCancellation, requestRecovery } from '@/lib/recovery';
import { confirmTotp, startTotp } from '@/lib/second-factors';
import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';
import { Browser } from '@/tests/helpers/browser';
import { finish, start } from '@/tests/helpers/ceremonies';
import { eventsOf } from '@/tests/helpers/database';
import { enterCode, enterPassword, givePassword } from '@/tests/helpers/factors';
import { runAs, runOperation } from '@/tests/helpers/operations';
import { addPasskey, seedPerson, signIn } from '@/tests/helpers/people';
import { cancelTokens, emailsTo, recover, recovered, send, sessionOf, tokenIn } from '@/tests/helpers/recovery';
import { submit } from '@/tests/setup/request-scope';

const NEW_PASSWORD = 'copper lagoon 27 whistle';

describe('the owner is told at once, and undoes it with one link', () => {
  const undo = (token: string) => submit(cancel, { token });

  test('after the recovery and after every factor; signed out; once', async () => {
    const person = await seedPerson();
    const { browser, mailBrowser, passkeyId } = await recovered(person);
    await runAs(await sessionOf(browser), setPassword, { password: NEW_PASSWORD });
    expect(emailsTo(person.email).map(({ subject }) => subject)).toEqual(
      expect.arrayContaining([
        'Your account was recovered by mail',
        'A passkey was added to your account',
        'Your password was changed',
      ]),
    );
    const tokens = cancelTokens(person.email);
    expect(new Set(tokens).size).toBe(3);
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(await findCancellation(tokens[1]!)).toMatchObject({ passkeys: [expect.any(String)], password: true });

    await person.browser.cookies.clear();
    const answers = await Promise.all([undo(tokens[1]!), undo(tokens[1]!), undo(tokens[1]!)]);
    expect(answers.filter(({ state }) => state?.status === 'done')).toHaveLength(1);
    const left = await db.select().from(passkeys).where(isNull(passkeys.removedAt));
    expect(left.map(({ id }) => id)).toEqual([person.passkey.id]);
    expect(await db.$count(passwords)).toBe(0);
    for (const ended of [browser, mailBrowser]) expect(await sessionOf(ended)).toBeUndefined();
    expect((await eventsOf()).map(({ type }) => type)).toContain('recovery.cancelled');
    expect(await db.$count(passkeys, eq(passkeys.id, passkeyId)), 'it stays on record').toBe(1);
    expect((await signIn(new Browser(), person.authenticator)).status, 'what was there before works').toBe(200);
  });

  test('ends sign-ins that wait for a code, and turns off two-step sign-in that was added', async () => {
    const person = await seedPerson();
    await givePassword(person);
    const browser = await recover(person);
    const session = await sessionOf(browser);
    const started = await runAs(session, startTotp);
    const totp = new TOTP({ secret: Secret.fromBase32(started.ok ? started.value.text.replaceAll(' ', '') : '') });
    await runAs(session, confirmTotp, { code: totp.generate() });
    await recover(person);
    expect(await db.$count(pendingSignIns)).toBe(1);

    await takeFactorAttempt('second-factor', person.userId);
    const [latest, ...before] = cancelTokens(person.email);
    await undo(before.at(-1)!);
    expect(await db.$count(totpSecrets)).toBe(0);
    expect(await db.$count(factorFailures), 'its failures are none of the next one').toBe(0);
    expect(await db.$count(pendingSignIns), 'the second recovery is another one').toBe(1);
    await undo(latest!);
    expect(await db.$count(pendingSignIns)).toBe(0);
  });

  test('also when somebody recovers again meanwhile; what another recovery added stays', async () => {
    const person = await seedPerson();
    const thief = await recovered(person);
    const [token] = cancelTokens(person.email);
    const owner = await recovered(person);
    expect((await undo(token!)).state?.status).toBe('done');
    const present = await db
      .select({ id: passkeys.id })
      .from(passkeys)
      .where(and(eq(passkeys.userId, person.userId), isNull(passkeys.removedAt)));
    expect(present.map(({ id }) => id).sort()).toEqual([person.passkey.id, owner.passkeyId].sort());
    expect(await sessionOf(thief.browser)).toBeUndefined();
    expect(await sessionOf(owner.browser)).toBeDefined();
  });

  test('also when the hold is over: what was proven and added with it since goes as well', async () => {
    const person = await seedPerson();
    const { browser, mailBrowser, authenticator } = await recovered(person);
    await runAs(await sessionOf(mailBrowser), setPassword, { password: NEW_PASSWORD });
    const [token] = cancelTokens(person.email);
    const heldUntil = new Date(Date.now() - 1000);
    for (const table of [passkeys, passwords, sessions] as const)
      await db.update(table).set({ heldUntil }).where(isNotNull(table.heldUntil));

    // By the link, then with the password and with the passkey; then another passkey and two-step sign-in.
    for (const prove of [
      () => send(confirmHere, { password: NEW_PASSWORD }, mailBrowser),
      async () => {
        const { challengeId, options } = await start(mailBrowser, 'step-up');
        await finish(mailBrowser, 'step-up', { challengeId, credential: authenticator.signIn(options) });
      },
    ]) {
      const result = await prove();
      const cookie = result?.cookies.get(cookieName('session'))?.value;
      if (cookie) mailBrowser.cookies.set(cookieName('session'), cookie);
      expect(await sessionOf(mailBrowser)).toMatchObject({ stepUpAt: expect.any(Date) });
    }
    const second = new SoftwareAuthenticator(config.publicUrl);
    await addPasskey(mailBrowser, second);
    const session = await sessionOf(browser);
    const started = await runAs(session, startTotp);
    const totp = new TOTP({ secret: Secret.fromBase32(started.ok ? started.value.text.replaceAll(' ', '') : '') });
    await runAs(session, confirmTotp, { code: totp.generate() });
    await db.update(totpSecrets).set({ lastStep: 0 });
    const byTwo = new Browser();
    await enterPassword(byTwo, person.email, NEW_PASSWORD);
    expect((await enterCode(byTwo, totp.generate())).status).toBe(200);

    expect((await undo(token!)).state?.status).toBe('done');
    const left = await db.select({ id: passkeys.id }).from(passkeys).where(isNull(passkeys.removedAt));
    expect(left).toEqual([{ id: person.passkey.id }]);
    for (const table of [passwords, totpSecrets, sessions] as const) expect(await db.$count(table)).toBe(0);
  });

  test('not by a link of another purpose, an old one, or one that was made up', async () => {
    const person = await seedPerson();
    await recovered(person);
    await runOperation(requestRecovery, { email: person.email });
    const recoveryToken = tokenIn(
      emailsTo(person.email).find(({ text }) => text.includes('/recover/'))?.text,
      'recover',
    );
    for (const token of [recoveryToken, 'x', 'x'.repeat(100)])
      expect((await undo(token)).state).toMatchObject({ status: 'failed' });
    expect(await db.$count(passkeys, isNull(passkeys.removedAt))).toBe(2);
  });
});
