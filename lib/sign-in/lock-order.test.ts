import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { eq, inArray } from 'drizzle-orm';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { db } from '@/db';
import { totpSecrets, users } from '@/db/schema';
import { confirmAddress, deleteAccount, requestAddressChange } from '@/lib/account';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { randomToken } from '@/lib/crypto';
import { addMember, createGroup } from '@/lib/groups';
import { finishRegistration, removePasskey, startRegistration, startStepUp } from '@/lib/passkeys';
import { removePassword, setPassword } from '@/lib/passwords';
import { attemptOf } from '@/lib/rate-limits';
import { storeLink } from '@/lib/recovery';
import { removeOwnTotp, startTotp } from '@/lib/second-factors';
import { purgeSessions, revokeOtherSessions, revokeOwnSession, signOut } from '@/lib/sessions';
import {
  disableUser,
  inviteUser,
  removeUserPasskey,
  revokeUserSessions,
  setUserRole,
  turnOffTwoStep,
} from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { startSignIn } from '@/tests/helpers/ceremonies';
import { givePassword, PASSWORD } from '@/tests/helpers/factors';
import { afterWaiting } from '@/tests/helpers/meanwhile';
import { inSession, runAs, runOperation } from '@/tests/helpers/operations';
import { type Person, seedPasskey, seedPerson, seedSession, somebody } from '@/tests/helpers/people';
import { finishSignIn, signInWithPasskey, signInWithPassword, signInWithRecoveryLink, stepUp } from './index';

type Run = () => Promise<unknown>;
type Place = Person & { admin: Person; browserToken: string; otherSession: string };

const tokenOf = ({ browser }: Person) => browser.cookies.get(cookieName('session'))!;
const link = async (purpose: 'recover' | 'verify-email', { userId }: Person, email: string) => {
  const token = randomToken();
  await db.transaction((tx) => storeLink(tx, purpose, userId, email, token));
  return token;
};

async function answer({ authenticator, browserToken: browser }: Place) {
  const { challengeId, options } = await startSignIn(browser);
  return { challengeId, credential: authenticator.signIn(options as never) as never, browser };
}

/** Two-step sign-in without recovery codes, whose hashing takes its time; the code of now. */
async function shortTotp({ session }: Place) {
  const started = await runAs(session, startTotp);
  if (!started.ok) throw new Error(started.error);
  await db.update(totpSecrets).set({ confirmedAt: new Date() });
  return new TOTP({ secret: Secret.fromBase32(started.value.text.replaceAll(' ', '')) }).generate();
}

/** What starts or ends something of a person: made ready one by one, and then run at the same time as another one. */
const operations: Record<string, (place: Place) => Promise<Run>> = {
  'sign in with a passkey, instead of the session there was': async (place) => {
    const answered = { ...(await answer(place)), previousToken: tokenOf(place) };
    return () => signInWithPasskey({ ...answered, attempt: attemptOf('sign-in', somebody) }, somebody);
  },
  'sign in with a password': async ({ email, browserToken: browser }) => {
    return () => signInWithPassword({ email, password: PASSWORD, browser }, somebody);
  },
  'enter the code': async (place) => {
    const code = await shortTotp(place);
    const pending = await signInWithPassword(
      { email: place.email, password: PASSWORD, browser: place.browserToken },
      somebody,
    );
    const pendingToken = pending.ok ? pending.value.token : undefined;
    return () => finishSignIn({ pendingToken, browser: place.browserToken }, code, somebody);
  },
  'step up': async ({ session, authenticator, browserToken: browser }) => {
    const { challengeId, options } = await startStepUp(session, browser);
    const credential = authenticator.signIn(options as never) as never;
    return () =>
      stepUp({ challengeId, credential, browser, attempt: attemptOf('sign-in', somebody) }, session, somebody);
  },
  'add a passkey': async ({ session, authenticator, browserToken: browser }) => {
    const started = await startRegistration({ session }, browser, false);
    if (!started.ok) throw new Error(started.error);
    const credential = authenticator.register(started.value.options as never) as never;
    return () => finishRegistration({ challengeId: started.value.challengeId, credential, browser }, session, somebody);
  },
  'remove a passkey': async ({ session, passkey }) => {
    return () => runAs(session, removePasskey, { id: passkey.id });
  },
  'remove somebody’s passkey': async ({ userId, passkey, admin }) => {
    return () => runOperation(removeUserPasskey, { id: userId, passkeyId: passkey.id }, inSession(admin.session));
  },
  'set a password': async ({ session }) => {
    return () => runAs(session, setPassword, { password: 'another quartz umbrella 95 lantern' });
  },
  'remove the password': async ({ session }) => {
    return () => runAs(session, removePassword);
  },
  'turn two-step sign-in off': async ({ session }) => {
    return () => runAs(session, removeOwnTotp);
  },
  'end one session': async ({ session, otherSession }) => {
    return () => runOperation(revokeOwnSession, { id: otherSession }, inSession(session));
  },
  'end the other sessions': async ({ session }) => {
    return () => runOperation(revokeOtherSessions, {}, inSession(session));
  },
  'end somebody’s sessions': async ({ userId, admin }) => {
    return () => runOperation(revokeUserSessions, { id: userId }, inSession(admin.session));
  },
  'sign out': async (place) => {
    return () => signOut(tokenOf(place), somebody);
  },
  disable: async ({ userId, admin }) => {
    return () => runOperation(disableUser, { id: userId }, inSession(admin.session));
  },
  promote: async ({ userId, admin }) => {
    return () => runOperation(setUserRole, { id: userId, role: 'administrator' }, inSession(admin.session));
  },
  demote: async ({ userId, admin }) => {
    return () => runOperation(setUserRole, { id: userId, role: 'member' }, inSession(admin.session));
  },
  'ask for another address': async ({ session, email }) => {
    return () => runAs(session, requestAddressChange, { email: `asked-${email}` });
  },
  'confirm another address': async (place) => {
    const token = await link('verify-email', place, `confirmed-${place.email}`);
    return () => runOperation(confirmAddress, { token });
  },
  'get back in with a link': async (place) => {
    const token = await link('recover', place, place.email);
    return () => signInWithRecoveryLink(token, { browser: place.browserToken }, somebody);
  },
  'delete the account': async ({ session }) => {
    return () => runAs(session, deleteAccount, { confirm: session.email });
  },
  'purge the sessions': async () => {
    return () => purgeSessions(db);
  },
};

/** Somebody with two passkeys, a password and two sessions. */
async function placeWith(admin: Person): Promise<Place> {
  const person = await seedPerson();
  await seedPasskey(person.authenticator, person.user);
  await givePassword(person);
  const { id: otherSession } = await seedSession(new Browser(), person.userId, person.passkey.id);
  return { ...person, admin, otherSession, browserToken: person.browser.cookies.get(cookieName('browser'))! };
}

const retries: unknown[] = [];
const listen = (state: unknown) => void retries.push(state);

// PGlite has one connection, which does one thing at a time.
describe.runIf(config.databaseUrl)('no two of these wait for each other, and none fails', () => {
  beforeAll(() => {
    subscribe('latchkey.retry', listen);
  });
  afterAll(() => {
    unsubscribe('latchkey.retry', listen);
  });

  const names = Object.keys(operations);
  test.each(names.map((name, index) => [name, names.slice(index)] as const))(
    '%s',
    { timeout: 180_000 },
    async (one, others) => {
      const admin = await seedPerson();
      await db.update(users).set({ role: 'administrator' }).where(eq(users.id, admin.userId));
      for (const other of others) {
        const place = await placeWith(admin);
        const first = await operations[one]!(place);
        const ready = [first, one === other ? first : await operations[other]!(place)];
        retries.length = 0;
        const outcomes = await Promise.allSettled(ready.map((run) => run()));
        const thrown = outcomes.filter(({ status }) => status === 'rejected');
        expect({ with: other, thrown, retries }).toEqual({ with: other, thrown: [], retries: [] });
      }
    },
  );
});

/** What an administrator does, with another administrator or with themselves. */
const ofAdministrators: Record<string, (place: Place) => Promise<Run>> = {
  'step up': operations['step up']!,
  'end the other sessions': async ({ session, otherSession }) => {
    return () => runAs({ ...session, id: otherSession }, revokeOtherSessions);
  },
  'end one’s own sessions':
    async ({ session, userId }) =>
    () =>
      runAs(session, revokeUserSessions, { id: userId }),
  'end the other’s sessions': async ({ session, admin }) => {
    return () => runAs(session, revokeUserSessions, { id: admin.userId });
  },
  'have one’s sessions ended by the other': operations['end somebody’s sessions']!,
  'become a member': async ({ session, userId }) => {
    return () => runAs(session, setUserRole, { id: userId, role: 'member' });
  },
  'demote the other': async ({ session, admin }) => {
    return () => runAs(session, setUserRole, { id: admin.userId, role: 'member' });
  },
  'be demoted by the other': operations.demote!,
  'remove the other’s passkey': async ({ session, admin }) => {
    return () => runAs(session, removeUserPasskey, { id: admin.userId, passkeyId: admin.passkey.id });
  },
  'turn the other’s two-step sign-in off': async ({ session, admin }) => {
    return () => runAs(session, turnOffTwoStep, { id: admin.userId });
  },
  'be disabled by the command line':
    async ({ userId }) =>
    () =>
      runOperation(disableUser, { id: userId }),
  'invite somebody':
    async ({ session, email }) =>
    () =>
      runAs(session, inviteUser, { email: `new-${email}` }),
  'join a group': async ({ session, email, admin }) => {
    const group = await runAs(admin.session, createGroup, { name: email });
    if (!group.ok) throw new Error(group.error);
    return () => runAs(session, addMember, { id: group.value.id, email });
  },
  'delete the account': operations['delete the account']!,
};

describe.runIf(config.databaseUrl)('administrator against administrator, both held up before they begin', () => {
  beforeAll(() => {
    subscribe('latchkey.retry', listen);
  });
  afterAll(() => {
    unsubscribe('latchkey.retry', listen);
  });

  test.each(Object.keys(ofAdministrators))('%s', { timeout: 180_000 }, async (one) => {
    for (const other of Object.keys(ofAdministrators)) {
      const place = await placeWith(await seedPerson());
      const both = [place.userId, place.admin.userId];
      await db.update(users).set({ role: 'administrator' }).where(inArray(users.id, both));
      const first = await ofAdministrators[one]!(place);
      const second = one === other ? first : await ofAdministrators[other]!(place);
      retries.length = 0;
      const outcomes = await afterWaiting(both, [first, second]);
      const thrown = outcomes.filter(({ status }) => status === 'rejected');
      expect({ with: other, thrown, retries }).toEqual({ with: other, thrown: [], retries: [] });
    }
  });
});
