import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, sessions, users } from '@/db/schema';
import type { Session } from '@/lib/actor';
import { unheld } from '@/lib/sessions';
import { startSession } from '@/lib/sign-in';
import { disableUser, setUserRole } from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { countEvents, snapshot } from '@/tests/helpers/database';
import { inSession, runOperation } from '@/tests/helpers/operations';
import { newUser, seedPasskey, seedPerson, seedSession, somebody } from '@/tests/helpers/people';
import { listUsers, readListedUser } from './index';

const changeRole = (id: string, role: 'member' | 'administrator', session?: Session) =>
  runOperation(setUserRole, { id, role }, session && inSession(session));
const roleOf = async (id: string) => (await db.select().from(users).where(eq(users.id, id)))[0]!.role;

test('a member becomes an administrator and back; the last administrator stays one, also of two at once', async () => {
  const [ada, grace] = [await newUser('Ada', 'ada@example.com'), await newUser('Grace', 'grace@example.com')];
  expect((await changeRole(ada.id, 'administrator')).ok).toBe(true);
  expect(await changeRole(ada.id, 'member')).toEqual({ ok: false, error: 'last_administrator' });
  await changeRole(grace.id, 'administrator');
  await Promise.all([ada, grace].map(({ id }) => changeRole(id, 'member')));
  expect([await roleOf(ada.id), await roleOf(grace.id)].sort()).toEqual(['administrator', 'member']);
});

test('the list tells each user’s own passkeys', async () => {
  const [one, none] = [await seedPerson(), await newUser('Nobody', 'none@example.com')];
  await seedPasskey(one.authenticator, one.user);
  const counts = Object.fromEntries((await listUsers()).map(({ id, passkeys }) => [id, passkeys]));
  expect([counts[one.userId], counts[none.id]]).toEqual([2, 0]);
  expect(await readListedUser(none.id)).toMatchObject({ id: none.id, passkeys: 0 });
  expect(await readListedUser(crypto.randomUUID())).toBeUndefined();
});

const revoked = (subjectId: string) =>
  db
    .select({ id: auditEvents.sessionId, actorId: auditEvents.actorId })
    .from(auditEvents)
    .where(and(eq(auditEvents.type, 'session.revoked'), eq(auditEvents.subjectId, subjectId)));

test.each([
  ['becomes an administrator', (id: string, session: Session) => changeRole(id, 'administrator', session)],
  ['becomes a member', (id: string, session: Session) => changeRole(id, 'member', session)],
  ['is disabled', (id: string, session: Session) => runOperation(disableUser, { id }, inSession(session))],
])('G2, K1: who %s has no session left, each is written down, and nobody else’s ends', async (what, change) => {
  const [person, actor] = [await seedPerson(), await seedPerson()];
  const role = what === 'becomes a member' ? 'administrator' : 'member';
  await db.update(users).set({ role }).where(eq(users.id, person.userId));
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, actor.userId));
  await seedSession(new Browser(), person.userId, person.passkey.id);
  const theirs = await db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, person.userId));

  expect((await change(person.userId, actor.session)).ok).toBe(true);
  expect((await db.select().from(sessions)).map(({ userId }) => userId)).toEqual([actor.userId]);
  const written = await revoked(person.userId);
  expect(written.map(({ id }) => id).sort()).toEqual(theirs.map(({ id }) => id).sort());
  expect(written).toMatchObject([{ actorId: actor.userId }, { actorId: actor.userId }]);
});

test('a change of role that is refused ends nothing and writes nothing down', async () => {
  const [last, disabled] = [await seedPerson(), await seedPerson()];
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, last.userId));
  await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, disabled.userId));
  const [before, events] = [await snapshot(), await countEvents()];
  const change = (id: string, role: 'member' | 'administrator') => changeRole(id, role);
  expect(await change(last.userId, 'member')).toEqual({ ok: false, error: 'last_administrator' });
  expect(await change(disabled.userId, 'administrator')).toEqual({ ok: false, error: 'user_not_found' });
  expect(await change(crypto.randomUUID(), 'administrator')).toEqual({ ok: false, error: 'user_not_found' });
  expect([await snapshot(), await countEvents()]).toEqual([before, events]);
});

test('G2: a session that is beginning while the role changes does not last beyond it', async () => {
  const { userId, email } = await seedPerson();
  let changing: ReturnType<typeof changeRole> | undefined;
  await db.transaction(async (tx) => {
    const authentication = { ...unheld, amr: [], acr: 'phr' };
    expect(
      await startSession(tx, { userId, email, stamp: 0 }, authentication, { browser: 'new' }, somebody),
    ).toBeDefined();
    changing = changeRole(userId, 'administrator');
    await new Promise((done) => setTimeout(done, 100));
  });
  expect(await changing).toMatchObject({ ok: true });
  expect(await db.$count(sessions)).toBe(0);
});
