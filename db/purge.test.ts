import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, challenges, sessions } from '@/db/schema';
import { purgeEvents } from '@/lib/audit';
import { config } from '@/lib/config';
import { purgeChallenges } from '@/lib/passkeys';
import { purgeSessions } from '@/lib/sessions';
import { seedPerson } from '@/tests/helpers/people';

const challengesEnding = (end: ReturnType<typeof sql>, count: number) =>
  db.execute(sql`insert into challenges (value, purpose, browser_hash, user_verification, discoverable, expires_at)
    select n::text, 'authenticate', '', true, true, ${end} from generate_series(1, ${count}::int) n`);

async function statementsOf(run: () => Promise<unknown>) {
  const statements: string[] = [];
  const note = (statement: unknown) => statements.push(String(statement));
  subscribe('latchkey.statement', note);
  await run();
  unsubscribe('latchkey.statement', note);
  return statements;
}

test('a purge catches up in slices, also where all ended at one instant, and keeps what lives', async () => {
  await challengesEnding(sql`'2020-01-01'::timestamptz`, 1_500);
  await challengesEnding(sql`now() - n * interval '1 ms'`, 1_500);
  await challengesEnding(sql`now() + interval '1 h'`, 10);
  const statements = await statementsOf(() => purgeChallenges(db));
  expect(await db.$count(challenges)).toBe(10);
  expect(statements).toHaveLength(4);
  expect(new Set(statements).size, 'one text, planned once').toBe(1);
});

test('old events go in a transaction for each slice, so that none is open for long', async () => {
  await db.execute(sql`insert into audit_events (at, type, outcome, address, browser, request_id)
    select now() - interval '3 years', 'auth.logout', 'success', '', '', n::text from generate_series(1, 2100) n`);
  const statements = await statementsOf(() => purgeEvents(db));
  expect(await db.$count(auditEvents)).toBe(0);
  expect(statements.filter((statement) => statement.includes('set_config'))).toHaveLength(3);
});

test('sessions go that are over and those that idle, and no other', async () => {
  const { userId } = await seedPerson();
  await db.execute(sql`insert into sessions (token_hash, user_id, amr, acr, auth_time, address, browser, last_seen_at, ends_at)
    select n::text, ${userId}::uuid, '{}', '', now(), '', '',
      case when n = 1 then now() - ${config.sessionIdle + 60} * interval '1 s' else now() end,
      case when n = 2 then now() - interval '1 s' else now() + interval '1 day' end
    from generate_series(1, 3) n`);
  await purgeSessions(db);
  const left = await db.select({ token: sessions.tokenHash }).from(sessions);
  expect(left.map(({ token }) => token).filter((token) => token.length === 1)).toEqual(['3']);
});

test.runIf(config.databaseUrl)('a row that somebody else holds is left to them, without a wait', async () => {
  await challengesEnding(sql`now() - n * interval '1 s'`, 20);
  await db.transaction(async (tx) => {
    await tx.execute(sql`select from challenges where value = '7' for update`);
    await purgeChallenges(db);
    expect(await db.$count(challenges)).toBe(1);
  });
  await purgeChallenges(db);
  expect(await db.$count(challenges)).toBe(0);
});
