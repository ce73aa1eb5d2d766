import { and, eq, lt, lte, type Placeholder, sql } from 'drizzle-orm';
import { type Db, prepared } from '@/db';
import { ago, purgeBefore } from '@/db/purge';
import { factorFailures, rateLimits } from '@/db/schema';
import { DAYS } from '@/lib/time';

/** What is counted, as the values of a statement: so many at most within a span of so many seconds. */
export type AttemptValues = { attemptKey: string; attemptSpan: number; attemptMost: number };

/** The attempts of the span that runs, this one included, and the seconds until it ends. */
export type AttemptCount = { attempts: number; wait: number };

/**
 * Counts an attempt, as a part of the statement that it guards: what it guards happens only where `isWithinLimit`. A span
 * begins with its first attempt, and those beyond the limit do not make it longer; all by the clock of the database.
 */
export const countedAttempt = ({ attemptKey, attemptSpan, attemptMost }: Record<keyof AttemptValues, unknown>) => sql`
  insert into ${rateLimits} as counter (key, points, expire)
  values (${attemptKey}::text, 1, now() + make_interval(secs => ${attemptSpan}::int))
  on conflict (key) do update set
    points = case when counter.expire <= now() then 1 else counter.points + 1 end,
    expire = case when counter.expire <= now() then excluded.expire else counter.expire end
  returning points as attempts, ceil(extract(epoch from expire - now()))::int as wait,
    points <= ${attemptMost}::int as is_within`;

/** The condition for what a statement does, in which `attempt` is the part that counts. */
export const isWithinLimit = sql`exists (select from attempt where is_within)`;

/** The part that counts for a statement of Drizzle's builder, and what that selects of it. */
export function attemptIn(db: Db, value: Record<keyof AttemptValues, Placeholder>) {
  const columns = { attempts: sql<number>`attempts`.as('attempts'), wait: sql<number>`wait`.as('wait') };
  const attempt = db.$with('attempt', columns).as(countedAttempt(value));
  return { attempt, count: { attempts: attempt.attempts, wait: attempt.wait } };
}

/** Counts an attempt that no other statement counts. */
export const upsertAttempt = prepared<AttemptValues>()(
  (value) => sql<AttemptCount>`with attempt as (${countedAttempt(value)}) select attempts, wait from attempt`,
);

export const purgeCounters = (db: Db) => purgeBefore(db, rateLimits.expire, { at: ago(0) });

/**
 * Counts an attempt before its factor is checked, so that guesses sent at once are counted too. Returns nothing while
 * the delay runs, and for good once the factor is disabled.
 */
export async function insertAttempt(
  db: Db,
  key: string,
  { free, first, longest, most }: { free: number; first: number; longest: number; most: number },
) {
  const delay = sql`make_interval(secs => case when ${factorFailures.failures} + 1 < ${free}::int then 0
    else least(${longest}::int, ${first}::int * power(2, ${factorFailures.failures} + 1 - ${free}::int)) end)`;
  const [counted] = await db
    .insert(factorFailures)
    .values({ key, failures: 1, blockedUntil: sql`now()`, lastAt: sql`now()` })
    .onConflictDoUpdate({
      target: factorFailures.key,
      set: { failures: sql`${factorFailures.failures} + 1`, blockedUntil: sql`now() + ${delay}`, lastAt: sql`now()` },
      setWhere: and(lte(factorFailures.blockedUntil, sql`now()`), lt(factorFailures.failures, most)),
    })
    .returning({ failures: factorFailures.failures });
  return counted;
}

/** Takes back the last attempt that was counted, with its delay; nothing where others were counted since. */
export const uncountAttempt = (db: Db, key: string, failures: number) =>
  db
    .update(factorFailures)
    .set({ failures: failures - 1, blockedUntil: sql`now()` })
    .where(and(eq(factorFailures.key, key), eq(factorFailures.failures, failures)));

export async function findFailures(db: Db, key: string) {
  const [row] = await db
    .select({ failures: factorFailures.failures, blockedUntil: factorFailures.blockedUntil })
    .from(factorFailures)
    .where(eq(factorFailures.key, key));
  return row;
}

export const deleteFailures = (db: Db, key: string) => db.delete(factorFailures).where(eq(factorFailures.key, key));

/** Deletes old failures that are few; many in a row are kept until a success. */
export const purgeFailures = (db: Db) =>
  purgeBefore(db, factorFailures.lastAt, { at: ago(30 * DAYS), where: sql`failures < 5` });
