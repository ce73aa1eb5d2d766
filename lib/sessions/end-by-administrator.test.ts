import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, sessions, users } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { perform } from '@/lib/operation';
import { readSession } from '@/lib/sessions';
import { revokeUserSessions } from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { countEvents, snapshot } from '@/tests/helpers/database';
import { inSession, runOperation } from '@/tests/helpers/operations';
import { type Person, seedPerson, seedSession, somebody } from '@/tests/helpers/people';

const opens = async ({ browser }: Person) =>
  (await readSession(browser.cookies.get(cookieName('session')))) !== undefined;
const revoked = () =>
  db
    .select({ id: auditEvents.sessionId, actorId: auditEvents.actorId, subjectId: auditEvents.subjectId })
    .from(auditEvents)
    .where(eq(auditEvents.type, 'session.revoked'));

test('G6: all sessions of a user end, of twenty tries at once each once, and are written down by their names', async () => {
  const [admin, person, bystander] = [await seedPerson(), await seedPerson(), await seedPerson()];
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, admin.userId));
  for (let more = 0; more < 4; more++) await seedSession(new Browser(), person.userId, person.passkey.id);
  const theirs = await db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, person.userId));

  const tries = Array.from({ length: 20 }, () =>
    runOperation(revokeUserSessions, { id: person.userId }, inSession(admin.session)),
  );
  const ended = await Promise.all(tries);
  expect(ended.reduce((sum, outcome) => sum + (outcome.ok ? outcome.value.ended : 0), 0)).toBe(5);
  expect([await opens(person), await opens(bystander), await opens(admin)]).toEqual([false, true, true]);
  const written = await revoked();
  expect(written.map(({ id }) => id).sort()).toEqual(theirs.map(({ id }) => id).sort());
  for (const event of written) expect(event).toMatchObject({ actorId: admin.userId, subjectId: person.userId });
});

test('G6: an id of nobody ends nothing and writes nothing down', async () => {
  await seedPerson();
  const [before, events] = [await snapshot(), await countEvents()];
  expect(await runOperation(revokeUserSessions, { id: crypto.randomUUID() })).toEqual({
    ok: false,
    error: 'user_not_found',
  });
  expect([await snapshot(), await countEvents()]).toEqual([before, events]);
});

test('K6: a session does not end where its event cannot be written down', async () => {
  const { userId } = await seedPerson();
  const before = await snapshot();
  const broken = { ...somebody, address: null as unknown as string };
  await expect(perform(revokeUserSessions, { id: userId }, { kind: 'command' }, broken)).rejects.toThrow();
  expect(await snapshot()).toEqual(before);
});
