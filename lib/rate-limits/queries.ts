import { and, eq, lt, lte, sql } from 'drizzle-orm';
import type { Db } from '@/db';
import { ago, purgeBefore } from '@/db/purge';
import { factorFailures, rateLimits } from '@/db/schema';
import { DAYS } from '@/lib/time';

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
