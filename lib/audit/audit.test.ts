import { eq, sql } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import * as one from '@/app/api/passkeys/[id]/route';
import { db } from '@/db';
import { auditEvents, oneTimeTokens, passkeys, sessions, users } from '@/db/schema';
import { listActivity, purgeEvents, record } from '@/lib/audit';
import { makeLog } from '@/lib/log';
import { requestSignUp } from '@/lib/registration-links';
import { PEER_HEADER, requestContextFrom } from '@/lib/request-context';
import { DAYS } from '@/lib/time';
import { disableUser } from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { age, snapshot } from '@/tests/helpers/database';
import { runOperation } from '@/tests/helpers/operations';
import { addPasskey, newcomer, newUser, seedPasskey, seedPerson, signIn, somebody } from '@/tests/helpers/people';
import { withSettings } from '@/tests/setup/settings';

afterEach(() => vi.useRealTimers());

const eve = { email: 'eve@example.com', name: 'Eve' };
const subjectId = '00000000-0000-4000-8000-000000000001';
const event = { type: 'auth.logout', subjectId } as const;
const causeOf = (error: unknown): string => (error instanceof Error ? `${error.message} ${causeOf(error.cause)}` : '');

test.each([
  ['changed', sql`update audit_events set outcome = 'failure'`],
  [
    'changed where it is only one word',
    sql`update audit_events set reason = 'x' where subject_id = ${subjectId}::uuid`,
  ],
  ['deleted', sql`delete from audit_events`],
  ['emptied by truncate', sql`truncate audit_events`],
  ['deleted by what deletes users', sql`delete from audit_events where subject_id = ${subjectId}::uuid`],
])('K5: an event cannot be %s', async (_, statement) => {
  await record(db, event, somebody);
  const error = await db.execute(statement).then(
    () => undefined,
    (refused) => refused,
  );
  expect(causeOf(error)).toContain('append-only');
  expect(await db.select().from(auditEvents)).toMatchObject([
    { type: 'auth.logout', outcome: 'success', reason: null },
  ]);
});

test.each([
  sql`update audit_events set address = '', browser = '', outcome = 'failure'`,
  sql`update audit_events set address = 'x', browser = ''`,
  sql`update audit_events set address = '', browser = '', subject_id = null`,
  sql`delete from audit_events`,
])('K5, L6: while an account is deleted, too, nothing but address and browser can be emptied', async (statement) => {
  await record(db, event, somebody);
  const allowed = (inside: typeof statement) =>
    db.transaction(async (tx) => {
      await tx.execute(sql`select set_config('latchkey.pseudonymising', 'on', true)`);
      await tx.execute(inside);
    });
  await expect(allowed(statement)).rejects.toThrow();
  await allowed(sql`update audit_events set address = '', browser = ''`);
  expect(await db.select().from(auditEvents)).toMatchObject([
    { ...event, outcome: 'success', address: '', browser: '' },
  ]);
});

test('K5: deleting a user leaves what happened to the user', async () => {
  const { id } = await newUser('Ada', 'ada@example.com');
  await record(db, { ...event, subjectId: id, actorId: id }, somebody);
  await db.delete(users).where(eq(users.id, id));
  expect(await db.$count(auditEvents, eq(auditEvents.subjectId, id))).toBe(1);
});

test('K5, L7: what is older than the retention is purged, to the day, and afterwards nothing can be deleted again', async () => {
  await record(db, event, somebody);
  await age(29 * DAYS);
  await withSettings({ AUDIT_RETENTION_DAYS: '30' }, () => purgeEvents(db));
  expect(await db.$count(auditEvents)).toBe(1);
  await age(2 * DAYS);
  await withSettings({ AUDIT_RETENTION_DAYS: '30' }, () => purgeEvents(db));
  expect(await db.$count(auditEvents)).toBe(0);

  await record(db, event, somebody);
  await expect(db.execute(sql`delete from audit_events`)).rejects.toThrow();
});

test('an event of today is deleted by nobody, whatever the purge believes', async () => {
  await record(db, event, somebody);
  const purgeAll = db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('latchkey.purging_audit_events', 'on', true)`);
    await tx.execute(sql`delete from audit_events`);
  });
  await expect(purgeAll).rejects.toThrow();
});

test('K2: an event holds what happened, to whom, from where, and in which request', async () => {
  const sent = new Headers({ [PEER_HEADER]: '2001:DB8::1', 'user-agent': `x\u001b${'y'.repeat(400)}` });
  const context = requestContextFrom(sent);
  await record(db, { ...event, actorId: subjectId, passkeyId: subjectId, sessionId: subjectId, reason: 'y' }, context);
  const [row] = await db.select().from(auditEvents);
  expect(row).toMatchObject({
    ...event,
    outcome: 'success',
    ...{ actorId: subjectId, passkeyId: subjectId, sessionId: subjectId, reason: 'y' },
    address: '2001:db8::1',
    requestId: context.requestId,
  });
  expect([row!.browser.length, row!.browser.startsWith('x y'), row!.at instanceof Date]).toEqual([256, true, true]);
});

/** Makes every new audit event fail, as a full disk would, while something is tried. */
async function withoutAudit(run: () => Promise<unknown>) {
  await db.execute(
    sql`create function no_audit() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$`,
  );
  await db.execute(sql`create trigger no_audit before insert on audit_events execute function no_audit()`);
  try {
    return await run();
  } finally {
    await db.execute(sql`drop function no_audit cascade`);
  }
}

/** Everything but challenges, which a failed try may well burn, and what may wait in the outbox for another try. */
const written = async () => ({ ...(await snapshot()), outbox: [], events: await db.$count(auditEvents) });

test.each([
  [
    'a sign-in',
    async () => {
      const { authenticator } = await seedPerson();
      return () => signIn(new Browser(), authenticator);
    },
  ],
  [
    'a new passkey',
    async () => {
      const { browser, authenticator } = await seedPerson();
      return () => addPasskey(browser, authenticator);
    },
  ],
  [
    'a first passkey',
    async () => {
      const { browser, authenticator } = await newcomer();
      return () => addPasskey(browser, authenticator);
    },
  ],
  [
    'a new name',
    async () => {
      const { browser, passkey } = await seedPerson();
      return () => browser.send(one.PATCH, { method: 'PATCH', params: { id: passkey.id }, body: { name: 'Desk' } });
    },
  ],
  [
    'a removal',
    async () => {
      const { browser, passkey, authenticator, user } = await seedPerson();
      await seedPasskey(authenticator, user);
      return () => browser.send(one.DELETE, { method: 'DELETE', params: { id: passkey.id } });
    },
  ],
  ['a request for an account', async () => () => runOperation(requestSignUp, eve)],
  [
    'a disabled user',
    async () => {
      const { userId } = await seedPerson();
      return () => runOperation(disableUser, { id: userId });
    },
  ],
])('K6: %s that cannot be written down does not happen', async (_, prepare) => {
  const attempt = await prepare();
  const before = await written();
  const outcome = await withoutAudit(() =>
    attempt().then(
      (answer) => (answer as { status?: number }).status,
      () => 'thrown',
    ),
  );
  expect(outcome).not.toBe(200);
  expect(await written()).toEqual(before);
  const again = (await attempt()) as { status?: number };
  expect(again?.status ?? 200).toBeLessThan(300);
  expect((await written()).events).toBeGreaterThan(before.events);
});

test('K6: what fails after the change takes change and event along', async () => {
  const { userId } = await seedPerson();
  const failing = db.transaction(async (tx) => {
    await tx.delete(sessions);
    await record(tx, { ...event, subjectId: userId }, somebody);
    throw new Error('after both');
  });
  await expect(failing).rejects.toThrow('after both');
  expect([await db.$count(sessions), await db.$count(auditEvents), await db.$count(passkeys)]).toEqual([1, 0, 1]);
});

test('K8, K4: every event is on standard output too, as one line without a secret', async () => {
  const globals = globalThis as Record<symbol, unknown>;
  let text = '';
  await withSettings({ LOG_LEVEL: 'info' }, async () => {
    globals[Symbol.for('latchkey.log')] = makeLog({
      write: (line) => {
        text += line;
      },
    });
    const { browser, authenticator } = await newcomer();
    const linkCookies = [...browser.cookies.values()];
    await addPasskey(browser, authenticator);
    await signIn(browser, authenticator);
    const hidden = [
      ...linkCookies,
      ...browser.cookies.values(),
      ...authenticator.passkeys.map(({ id }) => id.toString('base64url')),
    ];
    for (const secret of hidden) expect(text).not.toContain(secret);
  });
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const types = (await db.select().from(auditEvents)).map(({ type }) => type).sort();
  expect(lines.map(({ msg }) => msg).sort()).toEqual(types);
  expect(lines[0].audit).toMatchObject({
    type: lines[0].msg,
    outcome: 'success',
    address: expect.any(String),
    requestId: expect.any(String),
  });
  expect(await db.$count(oneTimeTokens)).toBe(1);
});

test('K7: a person sees what happened to the own account, newest first, in sentences, and nothing of others', async () => {
  const { id } = await newUser('Ada', 'ada@example.com');
  for (const type of ['session.created', 'passkey.rename', 'auth.logout'] as const) {
    await record(db, { type, subjectId: id }, somebody);
    await record(db, { type, subjectId }, somebody);
  }
  const seen = await listActivity(id, 2);
  expect(seen.map(({ sentence }) => sentence)).toEqual(['Signed out', 'Renamed a passkey']);
  expect(Object.keys(seen[0]!).sort()).toEqual(['address', 'at', 'browser', 'id', 'outcome', 'sentence']);
});

test('what happened in one transaction is told in its order', async () => {
  const types = ['account.created', 'passkey.register.success', 'session.created', 'auth.logout'] as const;
  await db.transaction(async (tx) => {
    for (const type of types) await record(tx, { type, subjectId }, somebody);
  });
  const events = await db.select().from(auditEvents).orderBy(auditEvents.at);
  expect(events.map(({ type }) => type)).toEqual(types);
});
