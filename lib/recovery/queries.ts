import { and, eq, gt, inArray, isNull, or } from 'drizzle-orm';
import { columns, type Db, firstRow } from '@/db';
import { oneTimeTokens, passkeys, passwords, pendingSignIns, recoveryCodes, totpSecrets, users } from '@/db/schema';

export type LinkPurpose = 'recover' | 'verify-email' | 'cancel-recovery';

const live = (purpose: LinkPurpose, tokenHash: string) =>
  and(
    eq(oneTimeTokens.tokenHash, tokenHash),
    eq(oneTimeTokens.purpose, purpose),
    isNull(oneTimeTokens.consumedAt),
    gt(oneTimeTokens.expiresAt, new Date()),
  );

type NewLink = typeof oneTimeTokens.$inferInsert & { purpose: LinkPurpose; userId: string; email: string };

export const insertLink = (db: Db, link: NewLink) => db.insert(oneTimeTokens).values(link);

/** Finds a valid link of a user who is not disabled, without consuming it. */
export const findLink = (db: Db, purpose: LinkPurpose, tokenHash: string) =>
  db
    .select({
      ...columns(oneTimeTokens, 'id', 'recoveryId', 'email'),
      name: users.name,
      userId: users.id,
      currentEmail: users.email,
    })
    .from(oneTimeTokens)
    .innerJoin(users, eq(users.id, oneTimeTokens.userId))
    .where(and(live(purpose, tokenHash), isNull(users.disabledAt)))
    .then(firstRow);

/** Consumes a link in one statement: the second of two at once gets nothing. */
export const consumeLink = (db: Db, purpose: LinkPurpose, tokenHash: string) =>
  db
    .update(oneTimeTokens)
    .set({ consumedAt: new Date() })
    .where(live(purpose, tokenHash))
    .returning(columns(oneTimeTokens, 'id', 'userId', 'email', 'breakGlass', 'recoveryId'))
    .then(firstRow);

const cameBy = (table: typeof passkeys | typeof passwords | typeof totpSecrets, userId: string, recoveryId: string) =>
  and(eq(table.userId, userId), eq(table.recoveryId, recoveryId));

/** What was added to an account by a recovery and is still there. */
export async function listCameBy(db: Db, userId: string, recoveryId: string) {
  const added = await db
    .select({ name: passkeys.name })
    .from(passkeys)
    .where(and(cameBy(passkeys, userId, recoveryId), isNull(passkeys.removedAt)));
  const [password, totp] = [
    await db.$count(passwords, cameBy(passwords, userId, recoveryId)),
    await db.$count(totpSecrets, cameBy(totpSecrets, userId, recoveryId)),
  ];
  return { passkeys: added.map(({ name }) => name), password: password > 0, totp: totp > 0 };
}

/**
 * Takes away what a recovery added to an account, and the waiting sign-ins that began by it or with that. Call it with the user's row
 * locked: no other transaction then adds to it.
 */
export async function removeCameBy(tx: Db, userId: string, recoveryId: string) {
  const removed = await tx
    .update(passkeys)
    .set({ removedAt: new Date() })
    .where(and(cameBy(passkeys, userId, recoveryId), isNull(passkeys.removedAt)))
    .returning({ id: passkeys.id });
  const ids = removed.map(({ id }) => id);
  const password = await tx
    .delete(passwords)
    .where(cameBy(passwords, userId, recoveryId))
    .returning();
  const totp = await tx
    .delete(totpSecrets)
    .where(cameBy(totpSecrets, userId, recoveryId))
    .returning();
  if (totp.length) await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));

  await tx
    .delete(pendingSignIns)
    .where(
      and(
        eq(pendingSignIns.userId, userId),
        or(eq(pendingSignIns.recoveryId, recoveryId), inArray(pendingSignIns.passkeyId, ids)),
      ),
    );
  return {
    passkeys: ids,
    password: password.length > 0,
    totp: totp.some(({ confirmedAt }) => confirmedAt),
  };
}
