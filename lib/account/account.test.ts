import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { desc, eq } from 'drizzle-orm';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as exportRoute from '@/app/api/account/export/route';
import { db } from '@/db';
import { auditEvents, grants, outbox, users } from '@/db/schema';
import { readOutbox } from '@/lib/mail';
import { findUserLink, requestRecovery } from '@/lib/recovery';
import type { Session } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { givePassword, giveTotp, PASSWORD } from '@/tests/helpers/factors';
import { runAs, runOperation } from '@/tests/helpers/operations';
import { newUser, seedPerson, signIn, somebody } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';
import { withSettings } from '@/tests/setup/settings';
import { confirmAddress, deleteAccount, renameAccount, requestAddressChange } from './index';

const sessionOf = ({ session }: { session: Session }): Session => ({ ...session, name: 'Ada' });
const subjects = (to: string) =>
  readOutbox()!
    .filter((mail) => mail.to === to)
    .map(({ subject }) => subject);
const tokenIn = (to: string) =>
  /confirm-address\/([\w-]+)/.exec(readOutbox()!.find((mail) => mail.to === to)?.text ?? '')?.[1] ?? '';

describe('changing the address (F15)', () => {
  test('takes a link to the new one, once, and tells the old one before and after', async () => {
    const person = await seedPerson();
    await runAs(sessionOf(person), requestAddressChange, { email: 'new@example.com' });
    expect((await db.select().from(users))[0]!.email).toBe(person.email);
    const token = tokenIn('new@example.com');
    const answers = await Promise.all(Array.from({ length: 5 }, () => runOperation(confirmAddress, { token })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await db.select().from(users))[0]).toMatchObject({
      email: 'new@example.com',
      emailVerifiedAt: expect.any(Date),
    });
    expect(subjects(person.email)).toEqual(
      expect.arrayContaining(['Your address is about to change', 'Your address was changed']),
    );
  });

  test('ends a recovery link that lies in the old mailbox (F12)', async () => {
    const person = await seedPerson();
    await runOperation(requestRecovery, { email: person.email });
    const message = readOutbox()!.find(({ to, text }) => to === person.email && text.includes('/recover/'))!;
    const recovery = /recover\/([\w-]+)/.exec(message.text)![1]!;
    await runAs(sessionOf(person), requestAddressChange, { email: 'new@example.com' });
    expect(await findUserLink('recover', recovery)).toBeDefined();
    expect((await runOperation(confirmAddress, { token: tokenIn('new@example.com') })).ok).toBe(true);
    expect(await findUserLink('recover', recovery)).toBeUndefined();
  });

  test('writes to the new one five times an hour at most (J7)', async () => {
    const session = sessionOf(await seedPerson());
    const answers = [];
    for (let n = 0; n < 6; n++)
      answers.push(await runAs(session, requestAddressChange, { email: 'often@example.com' }));
    expect(answers.map(({ ok }) => ok)).toEqual([...Array(5).fill(true), false]);
    expect(subjects('often@example.com')).toHaveLength(5);
    const another = sessionOf(await seedPerson());
    expect(
      (await runAs(another, requestAddressChange, { email: 'often@example.com' })).ok,
      'each account for itself',
    ).toBe(true);
    expect(await findUserLink('verify-email', tokenIn('often@example.com'))).toBeDefined();
  });

  test('to one that has an account answers the same and changes nothing', async () => {
    const person = await seedPerson();
    const other = await newUser('Other', 'other@example.com');
    expect(await runAs(sessionOf(person), requestAddressChange, { email: other.email })).toEqual(
      await runAs(sessionOf(person), requestAddressChange, { email: 'free@example.com' }),
    );
    expect(subjects(other.email)).toEqual([]);
  });

  test('to one that got an account meanwhile is refused', async () => {
    const person = await seedPerson();
    await runAs(sessionOf(person), requestAddressChange, { email: 'late@example.com' });
    await newUser('Faster', 'late@example.com');
    expect((await runOperation(confirmAddress, { token: tokenIn('late@example.com') })).ok).toBe(false);
    expect((await db.select().from(users).where(eq(users.id, person.userId)))[0]!.email).toBe(person.email);
  });
});

describe('what is held about me', () => {
  test('is exported whole, without a secret, to a recent authentication only (L5)', async () => {
    const person = await seedPerson();
    await givePassword(person);
    const { recoveryCodes } = await giveTotp(person);
    await runAs(sessionOf(person), renameAccount, { name: 'Ada' });
    const { id: clientId } = await registerClient({ name: 'Wiki' });
    await db.insert(grants).values({ userId: person.userId, clientId, scopes: ['openid', 'email'], claims: [] });
    const { status, json, headers } = await person.browser.send(exportRoute.POST);
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toContain('attachment');
    expect(json).toMatchObject({
      user: { email: person.email },
      passkeys: [{ id: person.passkey.id }],
      sessions: [{}],
      authenticatorApp: {},
      password: {},
      connectedApps: [{ id: clientId, name: 'Wiki', scopes: ['openid', 'email'], createdAt: expect.any(String) }],
    });
    expect(json.activity.length).toBeGreaterThan(2);
    const text = JSON.stringify(json);
    for (const secret of ['argon2', 'publicKey', 'tokenHash', 'handle', PASSWORD, recoveryCodes[0]!])
      expect(text).not.toContain(secret);

    const { sessions } = await import('@/db/schema');
    await db.update(sessions).set({ authTime: new Date(Date.now() - 11 * 60_000) });
    expect(await person.browser.send(exportRoute.POST)).toMatchObject({
      status: 403,
      json: { error: { code: 'step_up_required' } },
    });
  });

  test('is deleted whole; what happened stays written without addresses and browsers (D13, L6)', async () => {
    const person = await seedPerson();
    await givePassword(person);
    await giveTotp(person);
    expect(
      (
        await runAs(
          sessionOf(person),
          deleteAccount,
          { confirm: person.email },
          { ...somebody, address: '198.51.100.9' },
        )
      ).ok,
    ).toBe(true);
    expect(await db.$count(users)).toBe(0);
    const events = await db.select().from(auditEvents).where(eq(auditEvents.subjectId, person.userId));
    expect(events.length).toBeGreaterThan(1);
    for (const event of events) expect(event).toMatchObject({ address: '', browser: '' });
    expect((await signIn(person.browser, person.authenticator)).status).toBe(401);
    expect(subjects(person.email)).toContain('Your account was deleted');
  });

  test('takes with it the e-mails that were not sent yet, but for the one that tells of it', async () => {
    const person = await seedPerson();
    await withSettings({ SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'id@example.com' }, async () => {
      for (const browser of [new Browser(), new Browser()]) await signIn(browser, person.authenticator);
      await runAs(sessionOf(person), requestAddressChange, { email: 'elsewhere@example.com' });
      const rows = await db.select().from(outbox).orderBy(desc(outbox.kind));
      expect(rows.map(({ kind, userId }) => [kind, userId])).toEqual([
        ['new-browser-email', person.userId],
        ['email', person.userId],
        ['email', person.userId],
      ]);
      expect((await runAs(sessionOf(person), deleteAccount, { confirm: sessionOf(person).email })).ok).toBe(true);
    });
    expect((await db.select().from(outbox)).map(({ subject }) => subject)).toEqual(['Your account was deleted']);
  });

  test('stays where the address is mistyped or a recovery holds it, and no administrator is held up for that', async () => {
    const person = await seedPerson();
    const [session, confirm] = [sessionOf(person), person.email];
    const heldUntil = new Date(Date.now() + 60_000);
    const statements: string[] = [];
    const listen = (statement: unknown) => void statements.push(String(statement));
    subscribe('latchkey.statement', listen);
    onTestFinished(() => void unsubscribe('latchkey.statement', listen));
    const outcomes = [
      await runAs(session, deleteAccount, { confirm: 'mistyped@example.com' }),
      await runAs({ ...session, heldUntil }, deleteAccount, { confirm }),
    ];
    expect(outcomes).toMatchObject([{ error: 'confirmation_mismatch' }, { error: 'on_hold' }]);
    expect(statements.filter((statement) => statement.includes('for no key update')).length).toBe(2);
    expect(statements.filter((statement) => /"role" = .* for /.test(statement))).toEqual([]);
  });

  test('stays while the person is the only administrator; of two who leave at once, one stays', async () => {
    const [one, two] = [await seedPerson(), await seedPerson()];
    await db.update(users).set({ role: 'administrator' });
    const outcomes = await Promise.all([
      runAs(sessionOf(one), deleteAccount, { confirm: sessionOf(one).email }),
      runAs(sessionOf(two), deleteAccount, { confirm: sessionOf(two).email }),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await db.$count(users)).toBe(1);
  });
});
