import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, passkeys, sessions, users } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { readOutbox } from '@/lib/mail';
import { perform } from '@/lib/operation';
import { readSession, type Session } from '@/lib/sessions';
import { removeUserPasskey } from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { countEvents, snapshot } from '@/tests/helpers/database';
import { inSession, runAs, runOperation } from '@/tests/helpers/operations';
import { type Person, seedPasskey, seedPerson, seedSession, signIn, somebody } from '@/tests/helpers/people';
import { listPasskeysOf, removePasskey } from './manage';

const sessionOf = async ({ browser }: Person) => (await readSession(browser.cookies.get(cookieName('session'))))!;

const remove = (id: string, passkeyId: string, session: Session) =>
  runOperation(removeUserPasskey, { id, passkeyId }, inSession(session));

/** An administrator with a session, and somebody with two passkeys and a session by each. */
async function twoPeople() {
  const [admin, person] = [await seedPerson(), await seedPerson()];
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, admin.userId));
  const second = await seedPasskey(person.authenticator, person.user);
  const elsewhere = await seedSession(new Browser(), person.userId, second.id);
  return { admin, person, second, elsewhere, acting: await sessionOf(admin) };
}

const removals = () =>
  db
    .select({
      actorId: auditEvents.actorId,
      subjectId: auditEvents.subjectId,
      passkeyId: auditEvents.passkeyId,
      sessionId: auditEvents.sessionId,
    })
    .from(auditEvents)
    .where(eq(auditEvents.type, 'passkey.delete'));

test('D9: an administrator removes a passkey: it signs in no more, its sessions end, the owner is told', async () => {
  const { admin, person, second, elsewhere, acting } = await twoPeople();
  expect((await remove(person.userId, person.passkey.id, acting)).ok).toBe(true);
  expect(await listPasskeysOf(person.userId)).toMatchObject([{ id: second.id }]);
  const left = (await db.select({ id: sessions.id }).from(sessions)).map(({ id }) => id);
  expect(left.sort()).toEqual([acting.id, elsewhere.id].sort());
  expect(await removals()).toEqual([
    { actorId: admin.userId, subjectId: person.userId, passkeyId: person.passkey.id, sessionId: acting.id },
  ]);
  expect(readOutbox()!.find(({ to }) => to === person.email)).toMatchObject({
    subject: 'A passkey was removed from your account',
    text: expect.stringContaining(person.passkey.name),
  });
  person.authenticator.passkeys.splice(1);
  expect((await signIn(new Browser(), person.authenticator)).status).toBe(401);
});

test('D9: the last one too, and one of somebody who is disabled', async () => {
  const { person, second, acting } = await twoPeople();
  await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, person.userId));
  for (const { id } of [second, person.passkey]) expect((await remove(person.userId, id, acting)).ok).toBe(true);
  expect(await listPasskeysOf(person.userId)).toEqual([]);
  expect(await db.$count(sessions)).toBe(1);
});

test('D9: of twenty tries at once one removes, writes it down and tells the owner', async () => {
  const { person, second, acting } = await twoPeople();
  const tries = Array.from({ length: 20 }, () => remove(person.userId, second.id, acting));
  expect((await Promise.all(tries)).filter(({ ok }) => ok)).toHaveLength(1);
  const messages = readOutbox()!.filter(({ to }) => to === person.email);
  expect([(await removals()).length, messages.length]).toEqual([1, 1]);
});

test('D9: what is not this person’s is not removed: another user’s, one that is gone, none, nobody’s', async () => {
  const { admin, person, second, acting } = await twoPeople();
  const other = await seedPerson();
  await db.update(passkeys).set({ removedAt: new Date() }).where(eq(passkeys.id, second.id));
  const [before, events] = [await snapshot(), await countEvents()];
  for (const [userId, id] of [
    [person.userId, other.passkey.id],
    [person.userId, admin.passkey.id],
    [person.userId, second.id],
    [person.userId, crypto.randomUUID()],
    [crypto.randomUUID(), person.passkey.id],
  ] as const)
    expect(await remove(userId, id, acting)).toEqual({
      ok: false,
      error: expect.stringMatching(/^(passkey|user)_not_found$/),
    });
  expect([await snapshot(), await countEvents()]).toEqual([before, events]);
});

test('D8: an administrator’s own last passkey stays, whichever way it is asked', async () => {
  const { admin, acting } = await twoPeople();
  const before = await snapshot();
  expect(await remove(admin.userId, admin.passkey.id, acting)).toEqual({
    ok: false,
    error: 'own_passkey',
  });
  expect(await runAs(acting, removePasskey, { id: admin.passkey.id })).toEqual({ ok: false, error: 'last_way_in' });
  expect(await snapshot()).toEqual(before);
});

test('K6: a passkey does not go where its event cannot be written down', async () => {
  const { person, acting } = await twoPeople();
  const before = await snapshot();
  const broken = { ...somebody, address: null as unknown as string };
  await expect(
    perform(removeUserPasskey, { id: person.userId, passkeyId: person.passkey.id }, inSession(acting), broken),
  ).rejects.toThrow();
  expect(await snapshot()).toEqual(before);
});
