import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inArray, sql } from 'drizzle-orm';
import { type Db, db, rowsOf } from '@/db';
import { users } from '@/db/schema';

/**
 * Begins `work` while another transaction has done what it does `before`. As soon as `work` sends a statement with these
 * words in it, at which it is to wait, the other one does what it does `after`, and commits. On PGlite, which has one
 * connection, nothing comes between, and this never ends.
 */
export async function meanwhile<T>(
  work: () => Promise<T>,
  words: string,
  { before, after }: { before: (tx: Db) => Promise<unknown>; after?: (tx: Db) => Promise<unknown> },
): Promise<T> {
  let arrived: () => void = () => undefined;
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const listen = (statement: unknown) => {
    if (String(statement).includes(words)) arrived();
  };
  let working: Promise<T> | undefined;
  try {
    await db.transaction(async (tx) => {
      await before(tx);
      subscribe('latchkey.statement', listen);
      working = work();
      // Whatever becomes of it is looked at below.
      working.catch(() => undefined);
      await Promise.race([arrival, working]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await after?.(tx);
    });
  } finally {
    unsubscribe('latchkey.statement', listen);
  }
  return working!;
}

/**
 * Begins one after the other while the rows of these users are held by another transaction, which ends once each waits or
 * has had its time: they go on in the order in which they came. Not on PGlite.
 */
export async function afterWaiting(userIds: string[], works: (() => Promise<unknown>)[]) {
  const running: Promise<unknown>[] = [];
  await db.transaction(async (tx) => {
    await tx.select({ id: users.id }).from(users).where(inArray(users.id, userIds)).for('update');
    for (const work of works) {
      running.push(work());
      await waiting(running.length);
    }
  });
  return Promise.allSettled(running);
}

/** Waits until so many transactions wait for a lock, for a fifth of a second at most. */
async function waiting(many: number) {
  for (const until = Date.now() + 200; Date.now() < until; await new Promise((go) => setTimeout(go, 5))) {
    const [now] = rowsOf<{ many: number }>(
      await db.execute(sql`select count(*)::int as many from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`),
    );
    if (now!.many >= many) return;
  }
}
