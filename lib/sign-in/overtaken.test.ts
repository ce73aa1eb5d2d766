import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { passkeys, users } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { randomToken } from '@/lib/crypto';
import { checkAuthentication } from '@/lib/passkeys';
import { attemptOf } from '@/lib/rate-limits';
import { unheld } from '@/lib/sessions';
import { revokeUserSessions, setUserRole } from '@/lib/user-management';
import { start } from '@/tests/helpers/ceremonies';
import { countEvents, snapshot } from '@/tests/helpers/database';
import { givePassword, giveTotp } from '@/tests/helpers/factors';
import { runOperation } from '@/tests/helpers/operations';
import { type Person, seedPerson, somebody } from '@/tests/helpers/people';
import { startSession } from './begin';
import { recordUse } from './passkey';

// Between the check of an answer and the statement that lets it in, another request may have changed everything.
const meanwhile: [string, (person: Person) => Promise<unknown>][] = [
  [
    'a higher count was stored',
    ({ passkey }) => db.update(passkeys).set({ signCount: 9 }).where(eq(passkeys.id, passkey.id)),
  ],
  [
    'the same count was stored',
    ({ passkey }) => db.update(passkeys).set({ signCount: 6 }).where(eq(passkeys.id, passkey.id)),
  ],
  [
    'the passkey was removed',
    ({ passkey }) => db.update(passkeys).set({ removedAt: new Date() }).where(eq(passkeys.id, passkey.id)),
  ],
];
/** What is seen of the user alone, by whoever holds the user's row. */
const ofTheUser: [string, (person: Person) => Promise<unknown>][] = [
  [
    'the person was disabled',
    ({ userId }) => db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId)),
  ],
  [
    'the person was disabled and enabled again',
    async ({ userId }) => {
      await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId));
      await db.update(users).set({ disabledAt: null }).where(eq(users.id, userId));
    },
  ],
  ['a password was set', (person) => givePassword(person)],
  ['a second factor was enrolled', (person) => giveTotp(person)],
  ['the role changed', ({ userId }) => runOperation(setUserRole, { id: userId, role: 'administrator' })],
  ['every session was ended', ({ userId }) => runOperation(revokeUserSessions, { id: userId })],
];

/** An answer that was good when it was checked: count 6 after 5, and synced for the first time. */
async function assertionOf({ browser, authenticator }: Person) {
  const { challengeId, options } = await start(browser, 'authenticate');
  const credential = authenticator.signIn(options, { flags: { be: true, bs: true } });
  const answer = { challengeId, credential: credential as never, browser: browser.cookies.get(cookieName('browser'))! };
  const expected = { purpose: 'authenticate', attempt: attemptOf('sign-in', somebody) } as const;
  const checked = await checkAuthentication(answer, expected, somebody);
  if (!checked.ok) throw new Error(checked.error);
  return checked.value;
}

const startWith = (assertion: Awaited<ReturnType<typeof assertionOf>>, { browser, email, userId }: Person) => {
  const authentication = { ...unheld, amr: ['swk'], acr: 'phr', passkeyId: assertion.passkey.id, assertion };
  const signingBrowser = { browser: randomToken(), previousToken: browser.cookies.get(cookieName('session'))! };
  return startSession(db, { userId, email, stamp: assertion.user.stamp }, authentication, signingBrowser, somebody);
};

const seeded = () => seedPerson({ signCount: 5, backupEligible: true });

describe('C9, C10, C13: a good answer that was overtaken starts no session, ends none, and keeps nothing', () => {
  test.each([...meanwhile, ...ofTheUser])('%s', async (_what, change) => {
    const person = await seeded();
    const assertion = await assertionOf(person);
    await change(person);
    const [before, events] = [await snapshot(), await countEvents()];
    expect(await startWith(assertion, person)).toBeUndefined();
    expect(await snapshot()).toEqual(before);
    expect(await countEvents()).toBe(events);
  });

  test('one that was not does all of it', async () => {
    const person = await seeded();
    expect(await startWith(await assertionOf(person), person)).toMatchObject({ status: 'signed-in' });
  });
});

describe('the same for a step-up, and for a sign-in that waits for a second factor', () => {
  test.each(meanwhile)('%s', async (_what, change) => {
    const person = await seeded();
    const assertion = await assertionOf(person);
    await change(person);
    const [before, events] = [await snapshot(), await countEvents()];
    expect(await recordUse(db, assertion, somebody)).toBeUndefined();
    expect(await snapshot()).toEqual(before);
    expect(await countEvents()).toBe(events);
  });
});
