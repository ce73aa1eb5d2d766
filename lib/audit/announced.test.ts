import { inArray, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents } from '@/db/schema';
import { type AuditEvent, record } from '@/lib/audit';
import { makeLog } from '@/lib/log';
import { readMetrics } from '@/lib/metrics';
import { MOST_SESSIONS } from '@/lib/sessions';
import { disableUser } from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { enterCode, enterPassword, givePassword, giveTotp } from '@/tests/helpers/factors';
import { runOperation } from '@/tests/helpers/operations';
import { addPasskey, newcomer, seedPerson, seedSession, signIn, somebody } from '@/tests/helpers/people';
import { withSettings } from '@/tests/setup/settings';

const METRICS_TOKEN = 'a token for the scraper';

/** What was announced while `run` ran: each event of the log, and how often each type was counted. */
async function announcedBy(run: () => Promise<unknown>) {
  const globals = globalThis as Record<symbol, unknown>;
  const events: (AuditEvent & { requestId: string })[] = [];
  const counted = new Map<string, number>();
  const count = async (sign: 1 | -1) => {
    const { text } = (await readMetrics(`Bearer ${METRICS_TOKEN}`))!;
    for (const [, type, value] of text.matchAll(/^latchkey_events_total\{type="([^"]+)".*\} (\d+)$/gm))
      counted.set(type!, (counted.get(type!) ?? 0) + sign * Number(value));
  };
  await withSettings({ LOG_LEVEL: 'info', METRICS_TOKEN }, async () => {
    globals[Symbol.for('latchkey.log')] = makeLog({
      write: (line) => {
        const { audit } = JSON.parse(line);
        if (audit) events.push(audit);
      },
    });
    await count(-1);
    await run();
    await count(1);
  });
  return { events, counted: Object.fromEntries([...counted].filter(([, times]) => times !== 0)) };
}

const tally = (events: { type: string }[]) => {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

/** Each event of the table as its line has it: of whom, with what, in which session. */
const named = (
  events: Partial<Record<'type' | 'reason' | 'actorId' | 'subjectId' | 'passkeyId' | 'sessionId', unknown>>[],
) =>
  events
    .map(({ type, reason, actorId, subjectId, passkeyId, sessionId }) =>
      [type, reason, actorId, subjectId, passkeyId, sessionId].map((value) => value ?? '').join(' '),
    )
    .sort();

test('whatever is written down is announced once, with the same names, a sign-in with a passkey included', async () => {
  const [person, member, other] = [await seedPerson({ backupEligible: true }), await seedPerson(), await newcomer()];
  await givePassword(member);
  for (let more = 1; more < MOST_SESSIONS + 2; more += 1) await seedSession(new Browser(), person.userId, null);
  const totp = await giveTotp(member);
  await db.execute(sql`alter table audit_events disable trigger all`);
  await db.delete(auditEvents);
  await db.execute(sql`alter table audit_events enable trigger all`);

  const { events, counted } = await announcedBy(async () => {
    await signIn(new Browser(), person.authenticator, { flags: { be: true, bs: true } });
    await signIn(new Browser(), person.authenticator, {
      flags: { be: true, bs: true },
      counter: 0,
      rpId: 'evil.example',
    });
    await addPasskey(other.browser, other.authenticator);
    const browser = new Browser();
    await enterPassword(browser, member.email);
    await enterCode(browser, totp.code());
    await runOperation(disableUser, { id: member.userId });
  });
  const written = await db.select().from(auditEvents);
  expect(named(events)).toEqual(named(written));
  expect(counted).toEqual(tally(written));
  expect(tally(written)).toMatchObject({
    'auth.passkey.success': 1,
    'auth.passkey.failure': 1,
    'passkey.backup-changed': 1,
    'session.created': 3,
    'account.created': 1,
  });
  expect(tally(written)['session.revoked'], 'two too many, and two of who was disabled').toBe(5);
});

test('a session that a passkey began has its event, after that of the sign-in', async () => {
  const { authenticator, userId, passkey } = await seedPerson();
  const { json } = await signIn(new Browser(), authenticator);
  expect(json).toMatchObject({ status: 'signed-in' });
  const written = await db.select().from(auditEvents).orderBy(auditEvents.at);
  const names = { actorId: userId, subjectId: userId, passkeyId: passkey.id, sessionId: written[0]!.sessionId };
  expect(written).toMatchObject([
    { type: 'auth.passkey.success', ...names },
    { type: 'session.created', ...names },
  ]);
  expect(written[0]!.sessionId).toEqual(expect.any(String));
});

test('nothing is announced before the commit, and nothing that was rolled back', async () => {
  const event = { type: 'auth.logout' } as const;
  const { events, counted } = await announcedBy(async () => {
    const failing = db.transaction(async (tx) => {
      await record(tx, event, somebody);
      throw new Error('after the event');
    });
    await expect(failing).rejects.toThrow('after the event');

    let tries = 0;
    await db.transaction(async (tx) => {
      tries += 1;
      await record(tx, { ...event, reason: `try ${tries}` }, somebody);
      if (tries === 1) await tx.execute(sql.raw(`do $$ begin raise exception 'x' using errcode = '40P01'; end $$`));
    });
  });
  expect(events).toMatchObject([{ ...event, reason: 'try 2' }]);
  expect(counted).toEqual({ 'auth.logout': 1 });
  expect(await db.$count(auditEvents, inArray(auditEvents.type, ['auth.logout']))).toBe(1);
});
