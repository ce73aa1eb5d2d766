import { and, eq, gt, isNull } from 'drizzle-orm';
import type { Db } from '@/db';
import { oneTimeTokens, users } from '@/db/schema';

export type LinkPurpose = 'recover' | 'verify-email';

const live = (purpose: LinkPurpose, tokenHash: string) =>
  and(
    eq(oneTimeTokens.tokenHash, tokenHash),
    eq(oneTimeTokens.purpose, purpose),
    isNull(oneTimeTokens.consumedAt),
    gt(oneTimeTokens.expiresAt, new Date()),
  );

type NewLink = {
  tokenHash: string;
  purpose: LinkPurpose;
  userId: string;
  email: string;
  expiresAt: Date;
  createdBy?: string;
};

export const insertLink = (db: Db, link: NewLink) => db.insert(oneTimeTokens).values(link);

/** Reads a link that still works, for somebody who is not disabled, without using it up. */
export async function findLink(db: Db, purpose: LinkPurpose, tokenHash: string) {
  const [found] = await db
    .select({
      id: oneTimeTokens.id,
      userId: users.id,
      email: oneTimeTokens.email,
      currentEmail: users.email,
      name: users.name,
    })
    .from(oneTimeTokens)
    .innerJoin(users, eq(users.id, oneTimeTokens.userId))
    .where(and(live(purpose, tokenHash), isNull(users.disabledAt)));
  return found;
}

/** Uses a link up in one statement: whoever comes second gets nothing. */
export async function consumeLink(db: Db, purpose: LinkPurpose, tokenHash: string) {
  const [consumed] = await db
    .update(oneTimeTokens)
    .set({ consumedAt: new Date() })
    .where(live(purpose, tokenHash))
    .returning({ userId: oneTimeTokens.userId, email: oneTimeTokens.email });
  return consumed;
}
