import { channel } from 'node:diagnostics_channel';
import { setTimeout as wait } from 'node:timers/promises';
import type { Db } from '.';

// Postgres, appendix A: serialization failure and deadlock.
const overtaken = { '40001': 5, '40P01': 5 };
// A row that another transaction wrote, or deleted, between a check and the write that follows it: unique, foreign key, restrict.
const conflicts = { ...overtaken, '23505': 3, '23503': 3, '23001': 3 };

// Every new try is published here, with what made it necessary.
const retries = channel('latchkey.retry');

const TASKS = Symbol.for('latchkey.after-commit');
type Task = () => unknown;
type Tasks = { [TASKS]?: Set<Task> };

/** Does a statement again that Postgres ended to let another one through; nothing of it has happened then. */
export const persistently = <T>(run: () => Promise<T>) => trying(run, overtaken);

/**
 * Does something once the transaction has committed, and never if it does not; at once outside of one. Whatever the
 * database cannot take back belongs here, such as a line of a log (decision 0031). The same task is done once.
 */
export async function afterCommit(tx: Db, task: Task) {
  const tasks = (tx as Tasks)[TASKS];
  if (tasks) tasks.add(task);
  else await task();
}

/**
 * Makes the transactions of a handle try again when another one came between: after a deadlock, and after a write that
 * met what a check could not see yet. On the next try the check sees it and says so.
 */
export function withRetries(db: Db): Db {
  const begin = db.transaction.bind(db);
  const run = async (work: Parameters<Db['transaction']>[0], settings: Parameters<Db['transaction']>[1]) => {
    const tasks = new Set<Task>();
    const result = await begin((tx) => work(Object.assign(tx, { [TASKS]: tasks })), settings);
    return { result, tasks };
  };
  db.transaction = (async (work, settings) => {
    const { result, tasks } = await trying(() => run(work, settings), conflicts);
    for (const task of tasks) await task();
    return result;
  }) as Db['transaction'];
  return db;
}

/** Runs something until it comes through, or has failed as often as there are tries for what Postgres says. */
async function trying<T>(run: () => Promise<T>, tries: Record<string, number>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const state = stateOf(error);
      if (!state || attempt >= (tries[state] ?? 1)) throw error;
      retries.publish(state);
      // Not together with the other one; a row that was met is there at once.
      if (state in overtaken) await wait(Math.random() * 20 * 2 ** attempt);
    }
  }
}

/** The SQLSTATE of an error, which Drizzle wraps. */
function stateOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : stateOf(error.cause);
}
