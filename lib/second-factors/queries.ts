import { and, eq, isNotNull, isNull, lt } from 'drizzle-orm';
import { columns, type Db, firstRow } from '@/db';
import { recoveryCodes, totpSecrets } from '@/db/schema';
import type { Origin } from '@/lib/sessions';

type Sealed = { keyId: string; sealed: Uint8Array<ArrayBuffer> };

/** Stores an unconfirmed secret; it never replaces a confirmed one. */
export const upsertUnconfirmed = (db: Db, userId: string, { keyId, sealed: secret }: Sealed) =>
  db
    .insert(totpSecrets)
    .values({ userId, keyId, secret })
    .onConflictDoUpdate({
      target: totpSecrets.userId,
      set: { keyId, secret, lastStep: 0, createdAt: new Date() },
      setWhere: isNull(totpSecrets.confirmedAt),
    })
    .returning({ userId: totpSecrets.userId })
    .then(firstRow);

export const findTotp = (db: Db, userId: string) =>
  db
    .select({
      ...columns(totpSecrets, 'keyId', 'confirmedAt', 'lastStep', 'recoveryId', 'heldUntil'),
      sealed: totpSecrets.secret,
    })
    .from(totpSecrets)
    .where(eq(totpSecrets.userId, userId))
    .then(firstRow);

/** Consumes a time step: the same code counts once, also when sent twice at once (RFC 6238 §5.2). */
export const consumeStep = (db: Db, userId: string, step: number, state: 'confirmed' | 'unconfirmed') =>
  db
    .update(totpSecrets)
    .set({ lastStep: step, ...(state === 'unconfirmed' && { confirmedAt: new Date() }) })
    .where(
      and(
        eq(totpSecrets.userId, userId),
        lt(totpSecrets.lastStep, step),
        state === 'confirmed' ? isNotNull(totpSecrets.confirmedAt) : isNull(totpSecrets.confirmedAt),
      ),
    )
    .returning({ userId: totpSecrets.userId })
    .then(firstRow);

/** Stores the origin of an authenticator app. */
export const setOrigin = (db: Db, userId: string, { recoveryId, heldUntil }: Origin) =>
  db.update(totpSecrets).set({ recoveryId, heldUntil }).where(eq(totpSecrets.userId, userId));

export const deleteTotp = (db: Db, userId: string) =>
  db
    .delete(totpSecrets)
    .where(eq(totpSecrets.userId, userId))
    .returning({ confirmedAt: totpSecrets.confirmedAt })
    .then(firstRow);

export async function replaceCodes(db: Db, userId: string, codes: { selector: string; hash: string }[]) {
  await deleteCodes(db, userId);
  await db.insert(recoveryCodes).values(codes.map((code) => ({ ...code, userId })));
}

export const deleteCodes = (db: Db, userId: string) => db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));

const unused = (userId: string) => and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt));

export const findCode = (db: Db, userId: string, selector: string) =>
  db
    .select({ id: recoveryCodes.id, hash: recoveryCodes.hash })
    .from(recoveryCodes)
    .where(and(unused(userId), eq(recoveryCodes.selector, selector)))
    .then(firstRow);

/** Consumes a recovery code: the second of two at once gets nothing. */
export const consumeCode = (db: Db, userId: string, id: string) =>
  db
    .update(recoveryCodes)
    .set({ usedAt: new Date() })
    .where(and(unused(userId), eq(recoveryCodes.id, id)))
    .returning({ id: recoveryCodes.id })
    .then(firstRow);

export const countCodes = (db: Db, userId: string) => db.$count(recoveryCodes, unused(userId));
