import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { signOut as signOutAction } from '@/app/actions';
import { db } from '@/db';
import { sessions } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { reportLostDevice } from '@/lib/passkeys';
import { cancelRecovery } from '@/lib/recovery';
import { disableUser, removeUserPasskey, revokeUserSessions, setUserRole } from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { eventsOf } from '@/tests/helpers/database';
import { administrator, inSession, runAs, runOperation } from '@/tests/helpers/operations';
import { type Person, seedPasskey, seedPerson, seedSession, signIn } from '@/tests/helpers/people';
import { cancelTokens, recover } from '@/tests/helpers/recovery';
import { inRequest, submit } from '@/tests/setup/request-scope';
import { authOptions, revokeOtherSessions, revokeOwnSession } from './index';

const tokenOf = ({ browser }: Person) => browser.cookies.get(cookieName('session'))!;
const elsewhere = async ({ session, userId }: Person) => ({
  ...session,
  ...(await seedSession(new Browser(), userId, null)),
});

/** Whatever ends the session of a person, and what is written down of it beside whose it was. */
const ends: [string, (person: Person) => Promise<unknown>, object][] = [
  ['signs out', ({ browser }) => submit(signOutAction, {}, browser), { type: 'auth.logout' }],
  [
    'signs out by next-auth in an extension',
    (person) => inRequest(person.browser, () => authOptions().adapter!.deleteSession!(tokenOf(person))),
    { type: 'auth.logout' },
  ],
  [
    'ends it elsewhere',
    async (person) => runOperation(revokeOwnSession, { id: person.session.id }, inSession(await elsewhere(person))),
    { details: { bySession: expect.any(String) } },
  ],
  [
    'ends all others',
    async (person) => runOperation(revokeOtherSessions, {}, inSession(await elsewhere(person))),
    { details: { bySession: expect.any(String) } },
  ],
  [
    'reports a lost device',
    async (person) => runAs(await elsewhere(person), reportLostDevice, { id: person.passkey.id }),
    { reason: 'device_lost' },
  ],
  ['signs in anew', ({ browser, authenticator }) => signIn(browser, authenticator), { reason: 'replaced' }],
  [
    'loses the passkey that began it',
    async ({ userId, passkey }) =>
      runOperation(removeUserPasskey, { id: userId, passkeyId: passkey.id }, await administrator()),
    { reason: 'passkey_removed', actorId: expect.any(String), details: { bySession: expect.any(String) } },
  ],
  ['is back by a link', (person) => recover(person), { reason: 'recovery' }],
  [
    'is disabled',
    ({ userId }) => runOperation(disableUser, { id: userId }),
    { reason: 'user_disabled', actorId: null },
  ],
  [
    'gets another role',
    ({ userId }) => runOperation(setUserRole, { id: userId, role: 'administrator' }),
    { reason: 'role_changed', actorId: null },
  ],
  [
    'is signed out everywhere by a command',
    ({ userId }) => runOperation(revokeUserSessions, { id: userId }),
    { reason: null, actorId: null },
  ],
];

test.each(ends)('G2, K1: the session of somebody who %s has an event of its own', async (_, end, expected) => {
  const person = await seedPerson();
  await end(person);
  expect(await db.$count(sessions, eq(sessions.id, person.session.id))).toBe(0);
  const ended = (await eventsOf()).filter(({ sessionId, type }) => {
    return sessionId === person.session.id && /revoked|logout/.test(type);
  });
  const who = { subjectId: person.userId, actorId: person.userId };
  expect(ended).toMatchObject([{ type: 'session.revoked', ...who, ...expected }]);
});

test('the session that somebody else had in the browser is ended as theirs', async () => {
  const [before, next] = [await seedPerson(), await seedPerson()];
  await signIn(before.browser, next.authenticator);
  expect(await eventsOf()).toContainEqual(
    expect.objectContaining({
      type: 'session.revoked',
      reason: 'replaced',
      actorId: next.userId,
      subjectId: before.userId,
      sessionId: before.session.id,
    }),
  );
});

test('a recovery that is cancelled ends what it began, each with its event', async () => {
  const person = await seedPerson();
  await seedPasskey(person.authenticator, person.user);
  await recover(person);
  const begun = (await db.select({ id: sessions.id }).from(sessions))[0]!.id;
  expect(await runOperation(cancelRecovery, { token: cancelTokens(person.email).at(0)! })).toMatchObject({ ok: true });
  expect(await db.$count(sessions)).toBe(0);
  expect(await eventsOf()).toContainEqual(
    expect.objectContaining({ reason: 'recovery_cancelled', subjectId: person.userId, sessionId: begun }),
  );
});
