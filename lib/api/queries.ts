import { and, eq } from 'drizzle-orm';
import type { Db } from '@/db';
import { idempotentAnswers } from '@/db/schema';

type Claimed = { actor: string; key: string; request: string };

const isOf = ({ actor, key }: Claimed) => and(eq(idempotentAnswers.actor, actor), eq(idempotentAnswers.key, key));

/** Claims a key for this transaction, after any other that has it; false where one has answered already. */
export async function claimAnswer(tx: Db, claimed: Claimed) {
  const inserted = await tx
    .insert(idempotentAnswers)
    .values(claimed)
    .onConflictDoNothing()
    .returning({ key: idempotentAnswers.key });
  return inserted.length > 0;
}

export async function findAnswer(tx: Db, claimed: Claimed) {
  const [answer] = await tx.select().from(idempotentAnswers).where(isOf(claimed));
  return answer;
}

export const storeAnswer = (tx: Db, claimed: Claimed, body: object) =>
  tx.update(idempotentAnswers).set({ body }).where(isOf(claimed));

export const releaseAnswer = (tx: Db, claimed: Claimed) => tx.delete(idempotentAnswers).where(isOf(claimed));
