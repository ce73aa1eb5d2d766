import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Db, db } from '@/db';

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
