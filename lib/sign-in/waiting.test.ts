import { eq, isNotNull } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { type Db, db } from '@/db';
import { auditEvents, passwords, pendingSignIns, recoveryCodes, sessions, totpSecrets, users } from '@/db/schema';
import { confirmAddress } from '@/lib/account';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { randomToken } from '@/lib/crypto';
import { removePasskey } from '@/lib/passkeys';
import { removePassword, setPassword } from '@/lib/passwords';
import { storeLink } from '@/lib/recovery';
import { removeOwnTotp } from '@/lib/second-factors';
import { revokeOtherSessions, revokeSessions } from '@/lib/sessions';
import { disableUser, enableUser, removeUserPasskey, revokeUserSessions, setUserRole } from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { enterCode, enterPassword, givePassword, giveTotp, PASSWORD } from '@/tests/helpers/factors';
import { meanwhile } from '@/tests/helpers/meanwhile';
import { administrator, inSession, runAs, runOperation } from '@/tests/helpers/operations';
import { type Person, seedPasskey, seedPerson, somebody } from '@/tests/helpers/people';
import { signInWithRecoveryLink, stepUpWithPassword } from './index';

const ANOTHER = 'another quartz umbrella 95 lantern';
const rows = (person: Person) => db.$count(sessions, eq(sessions.userId, person.userId));

async function linkOf(purpose: 'recover' | 'verify-email', { userId }: Person, email: string) {
  const token = randomToken();
  await db.transaction((tx) => storeLink(tx, purpose, userId, email, token));
  return token;
}

/** Somebody with everything, and a thief who knows the password and whose browser waits for the code. */
async function waited() {
  const person = await seedPerson();
  await seedPasskey(person.authenticator, person.user);
  await givePassword(person);
  const totp = await giveTotp(person);
  const thief = new Browser();
  expect((await enterPassword(thief, person.email)).json).toMatchObject({ status: 'second-factor-needed' });
  return { person, thief, totp };
}

/** Whatever ends the sessions of a person or changes a factor. A new operation of that kind gets a line here. */
const ends: [string, (person: Person) => Promise<unknown>][] = [
  ['the password is changed', ({ session }) => runAs(session, setPassword, { password: ANOTHER })],
  ['the password is removed', ({ session }) => runAs(session, removePassword)],
  ['a passkey is removed', ({ session, passkey }) => runAs(session, removePasskey, { id: passkey.id })],
  [
    'a passkey is removed by an administrator',
    async ({ userId, passkey }) =>
      runOperation(removeUserPasskey, { id: userId, passkeyId: passkey.id }, await administrator()),
  ],
  ['the owner ends the other sessions', ({ session }) => runOperation(revokeOtherSessions, {}, inSession(session))],
  ['an administrator ends the sessions', ({ userId }) => runOperation(revokeUserSessions, { id: userId })],
  ['the role changes', ({ userId }) => runOperation(setUserRole, { id: userId, role: 'administrator' })],
  [
    'the account is disabled, and enabled again',
    async ({ userId }) => {
      await runOperation(disableUser, { id: userId });
      return runOperation(enableUser, { id: userId });
    },
  ],
  [
    'a recovery link is used, though its own code is still to come',
    async (person) =>
      signInWithRecoveryLink(await linkOf('recover', person, person.email), { browser: randomToken() }, somebody),
  ],
  [
    'the address changes',
    async (person) =>
      runOperation(confirmAddress, { token: await linkOf('verify-email', person, `new-${person.email}`) }),
  ],
];

describe('a sign-in that waits for its code is over', () => {
  test.each(ends)('when %s', async (_what, end) => {
    const { person, thief, totp } = await waited();
    await end(person);
    const left = await rows(person);
    expect((await enterCode(thief, totp.code())).json).toMatchObject({ error: { code: 'challenge_spent' } });
    expect(await rows(person), 'no session came of it').toBe(left);
  });

  test('when two-step sign-in is turned off, and set up again', async () => {
    const { person, thief } = await waited();
    await runAs(person.session, removeOwnTotp);
    const again = await giveTotp(person);
    expect((await enterCode(thief, again.code())).json).toMatchObject({ error: { code: 'challenge_spent' } });
    expect(await rows(person)).toBe(1);
  });

  test('and otherwise goes on', async () => {
    const { person, thief, totp } = await waited();
    expect((await enterCode(thief, totp.code())).status).toBe(200);
    expect(await rows(person)).toBe(2);
  });

  test('the one that a recovery waits in is not ended by it', async () => {
    const { person, totp } = await waited();
    const browser = randomToken();
    const link = await linkOf('recover', person, person.email);
    const recovered = await signInWithRecoveryLink(link, { browser }, somebody);
    const mine = new Browser();
    mine.cookies.set(cookieName('browser'), browser);
    if (recovered.ok) mine.cookies.set(cookieName('second-factor'), recovered.value.token);
    expect((await enterCode(mine, totp.code())).status).toBe(200);
    expect(await rows(person), 'and every other session has ended').toBe(1);
  });
});

/** What may happen while a password is compared, written as another transaction does that came first. */
const changes: [string, (tx: Db, person: Person) => Promise<unknown>][] = [
  ['disabled', (tx, { userId }) => tx.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId))],
  [
    'disabled and enabled again',
    async (tx, { userId }) => {
      await tx.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId));
      await tx.update(users).set({ disabledAt: null }).where(eq(users.id, userId));
    },
  ],
  [
    'given another password',
    (tx, { userId }) =>
      tx.update(passwords).set({ hash: 'another', changedAt: new Date() }).where(eq(passwords.userId, userId)),
  ],
  ['left without a password', (tx, { userId }) => tx.delete(passwords).where(eq(passwords.userId, userId))],
  [
    'made an administrator',
    (tx, { userId }) => tx.update(users).set({ role: 'administrator' }).where(eq(users.id, userId)),
  ],
  ['signed out everywhere', (tx, { userId }) => revokeSessions(tx, { userId, actor: 'owner' }, somebody)],
  [
    'given a second factor',
    (tx, { userId }) =>
      tx
        .insert(totpSecrets)
        .values({ userId, secret: new Uint8Array(1), keyId: '' })
        .then(() => tx.update(totpSecrets).set({ confirmedAt: new Date() }).where(eq(totpSecrets.userId, userId))),
  ],
];

/** Begins `work`, which comes as far as the user's row; only then `change` commits. */
const overtake = <T>(person: Person, work: () => Promise<T>, change: (tx: Db, person: Person) => Promise<unknown>) =>
  meanwhile(work, 'for no key update', {
    before: (tx) => tx.update(users).set({ name: 'Held' }).where(eq(users.id, person.userId)),
    after: (tx) => change(tx, person),
  });

// PGlite has one connection, on which nothing comes between.
describe.runIf(config.databaseUrl)('while a password is compared, its owner is', () => {
  test.each(changes)('%s: nobody is signed in, now or later', async (_what, change) => {
    const person = await seedPerson();
    await givePassword(person);
    const before = await rows(person);
    const answer = await overtake(person, () => enterPassword(new Browser(), person.email), change);
    expect(answer).toMatchObject({ status: 401, json: { error: { code: 'authentication_failed' } } });
    await db.update(users).set({ disabledAt: null });
    expect(await rows(person)).toBeLessThanOrEqual(before);
    expect(await db.$count(pendingSignIns)).toBe(0);
    expect(await db.$count(auditEvents, eq(auditEvents.reason, 'overtaken'))).toBe(1);
  });

  test.each(changes.filter(([what]) => what !== 'signed out everywhere'))(
    '%s: the session is not stepped up by it',
    async (_what, change) => {
      const person = await seedPerson();
      await givePassword(person);
      const stepUp = () => stepUpWithPassword({ password: PASSWORD }, person.session, somebody);
      expect((await overtake(person, stepUp, change)).ok).toBe(false);
      expect((await db.select({ stepUpAt: sessions.stepUpAt }).from(sessions))[0]!.stepUpAt).toBeNull();
    },
  );

  const sessionEnded = (tx: Db, { session }: Person) => tx.delete(sessions).where(eq(sessions.id, session.id));

  test('signed out here: a password that is being set in this session is not set', async () => {
    const person = await seedPerson();
    const set = () => runAs(person.session, setPassword, { password: PASSWORD });
    expect(await overtake(person, set, sessionEnded)).toEqual({ ok: false, error: 'session_required' });
    expect(await db.$count(passwords)).toBe(0);
  });

  test('signed out here: a recovery code that was to confirm it stays unused', async () => {
    const person = await seedPerson();
    await givePassword(person);
    const { recoveryCodes: codes } = await giveTotp(person);
    const stepUp = () => stepUpWithPassword({ password: PASSWORD, code: codes[0]! }, person.session, somebody);
    expect(await overtake(person, stepUp, sessionEnded)).toMatchObject({ ok: false });
    expect(await db.$count(recoveryCodes, isNotNull(recoveryCodes.usedAt))).toBe(0);
  });
});

test('two recovery codes at once for one waiting sign-in: one signs in, and the other works another time', async () => {
  const { person, thief: browser, totp } = await waited();
  const codes = totp.recoveryCodes.slice(0, 2);
  const answers = await Promise.all(codes.map((code) => enterCode(browser.copy(), code)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await db.$count(recoveryCodes, isNotNull(recoveryCodes.usedAt))).toBe(1);
  const loser = codes[answers.findIndex(({ status }) => status === 409)]!;
  const again = new Browser();
  await enterPassword(again, person.email);
  expect((await enterCode(again, loser)).status).toBe(200);
});

describe('a recovery link that was asked for before', () => {
  const endings: [string, (person: Person) => Promise<unknown>][] = [
    ['the password was changed', ({ session }) => runAs(session, setPassword, { password: ANOTHER })],
    ['the password was removed', ({ session }) => runAs(session, removePassword)],
    ['a passkey was removed by its owner', ({ session, passkey }) => runAs(session, removePasskey, { id: passkey.id })],
    [
      'the account was disabled and enabled again',
      async ({ userId }) => {
        await runOperation(disableUser, { id: userId });
        return runOperation(enableUser, { id: userId });
      },
    ],
  ];
  test.each(endings)('%s ends with it, and so does one that would confirm an address', async (_what, end) => {
    const person = await seedPerson();
    await seedPasskey(person.authenticator, person.user);
    await givePassword(person);
    const recovery = await linkOf('recover', person, person.email);
    const address = await linkOf('verify-email', person, 'thief@example.com');
    await end(person);
    expect(await signInWithRecoveryLink(recovery, { browser: randomToken() }, somebody)).toMatchObject({ ok: false });
    expect(await runOperation(confirmAddress, { token: address })).toMatchObject({ ok: false });
    expect((await db.select({ email: users.email }).from(users))[0]!.email).toBe(person.email);
  });

  test('an administrator ended the sessions works: only what those sessions asked to be confirmed ends', async () => {
    const person = await seedPerson();
    const recovery = await linkOf('recover', person, person.email);
    const address = await linkOf('verify-email', person, 'thief@example.com');
    await runOperation(revokeUserSessions, { id: person.userId });
    expect(await runOperation(confirmAddress, { token: address })).toMatchObject({ ok: false });
    expect(await signInWithRecoveryLink(recovery, { browser: randomToken() }, somebody)).toMatchObject({ ok: true });
  });
});
