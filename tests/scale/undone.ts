import { type Db, db } from '@/db';

/** Does something in a transaction that leaves nothing behind. */
export const undone = (work: (tx: Db) => Promise<unknown>) =>
  db
    .transaction(async (tx) => {
      await work(tx);
      tx.rollback();
    })
    .catch((error) => {
      if (error.constructor.name !== 'TransactionRollbackError') throw error;
    });
