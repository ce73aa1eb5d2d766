import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, sessions } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { endSessionsOfUser, readSession } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { countEvents, snapshot } from '@/tests/helpers/database';
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
  for (let more = 0; more < 4; more++) await seedSession(new Browser(), person.userId, person.passkey.id);
  const theirs = await db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, person.userId));

  const tries = Array.from({ length: 20 }, () => endSessionsOfUser(person.userId, admin.userId, somebody));
  const ended = await Promise.all(tries);
  expect(ended.reduce((sum, count) => sum + count)).toBe(5);
  expect([await opens(person), await opens(bystander), await opens(admin)]).toEqual([false, true, true]);
  const written = await revoked();
  expect(written.map(({ id }) => id).sort()).toEqual(theirs.map(({ id }) => id).sort());
  for (const event of written) expect(event).toMatchObject({ actorId: admin.userId, subjectId: person.userId });
});

test('G6: an id of nobody ends nothing and writes nothing down', async () => {
  const { userId } = await seedPerson();
  const [before, events] = [await snapshot(), await countEvents()];
  expect(await endSessionsOfUser(crypto.randomUUID(), userId, somebody)).toBe(0);
  expect([await snapshot(), await countEvents()]).toEqual([before, events]);
});

test('K6: a session does not end where its event cannot be written down', async () => {
  const { userId } = await seedPerson();
  const before = await snapshot();
  const broken = { ...somebody, address: null as unknown as string };
  await expect(endSessionsOfUser(userId, userId, broken)).rejects.toThrow();
  expect(await snapshot()).toEqual(before);
});
