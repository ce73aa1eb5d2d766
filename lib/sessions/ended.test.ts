import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { sessions } from '@/db/schema';
import { changeRegion, confirmAddress, deleteAccount, renameAccount, requestAddressChange } from '@/lib/account';
import type { Session } from '@/lib/actor';
import { renamePasskey } from '@/lib/passkeys';
import { removeUserPasskey, revokeUserSessions } from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { snapshot } from '@/tests/helpers/database';
import { administrator, inSession, runAs, runOperation } from '@/tests/helpers/operations';
import { type Person, seedPerson, seedSession } from '@/tests/helpers/people';
import { emailsTo, tokenIn } from '@/tests/helpers/recovery';
import { revokeOtherSessions, revokeOwnSession } from './index';

const another = async ({ session, userId }: Person) => ({
  ...session,
  id: (await seedSession(new Browser(), userId, null)).id,
});

const endOne = (id: string, session: Session) => runOperation(revokeOwnSession, { id }, inSession(session));

describe('a new address that was asked for in a session is not confirmed once that is ended', () => {
  test.each<[string, (person: Person) => Promise<unknown>]>([
    [
      'with its passkey, by an administrator',
      async ({ userId, passkey }) =>
        runOperation(removeUserPasskey, { id: userId, passkeyId: passkey.id }, await administrator()),
    ],
    ['by its owner, elsewhere', async (person) => endOne(person.session.id, await another(person))],
    ['with all others', async (person) => runOperation(revokeOtherSessions, {}, inSession(await another(person)))],
    ['by an administrator', ({ userId }) => runOperation(revokeUserSessions, { id: userId })],
  ])('%s', async (_, end) => {
    const [person, to] = [await seedPerson(), `thief-${crypto.randomUUID()}@example.com`];
    expect((await runAs(person.session, requestAddressChange, { email: to })).ok).toBe(true);
    await end(person);
    expect(await db.$count(sessions, eq(sessions.id, person.session.id))).toBe(0);
    const token = tokenIn(emailsTo(to)[0]?.text, 'confirm-address');
    expect(token).not.toBe('');
    expect(await runOperation(confirmAddress, { token })).toEqual({ ok: false, error: 'link_expired' });
  });
});

test.each<[string, (person: Person) => Promise<{ ok: boolean }>]>([
  ['changes no name', ({ session }) => runAs(session, renameAccount, { name: 'Eve' })],
  ['changes no language', ({ session }) => runAs(session, changeRegion, { locale: 'de', zoneinfo: null })],
  ['renames no passkey', ({ session, passkey }) => runAs(session, renamePasskey, { id: passkey.id, name: 'Eve' })],
  ['ends no session', async (person) => endOne((await another(person)).id, person.session)],
  ['deletes no account', ({ session }) => runAs(session, deleteAccount, { confirm: session.email })],
])('a session that was ended after it was read %s', async (_, write) => {
  const person = await seedPerson();
  await db.delete(sessions).where(eq(sessions.id, person.session.id));
  const users = async () => (({ sessions: _, ...rest }) => rest)((await snapshot()) as Record<string, unknown>);
  const before = await users();
  expect((await write(person)).ok).toBe(false);
  expect(await users()).toEqual(before);
});
