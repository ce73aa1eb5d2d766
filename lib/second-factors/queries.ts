import { and, count, eq, isNotNull, isNull, lt } from 'drizzle-orm';
import type { Db } from '@/db';
import { recoveryCodes, totpSecrets } from '@/db/schema';
import type { Origin } from '@/lib/sessions';

type Sealed = { keyId: string; sealed: Uint8Array<ArrayBuffer> };

/** Stores an unconfirmed secret; it never replaces a confirmed one. */
export async function upsertUnconfirmed(db: Db, userId: string, { keyId, sealed: secret }: Sealed) {
  const [stored] = await db
    .insert(totpSecrets)
    .values({ userId, keyId, secret })
    .onConflictDoUpdate({
      target: totpSecrets.userId,
      set: { keyId, secret, lastStep: 0, createdAt: new Date() },
      setWhere: isNull(totpSecrets.confirmedAt),
    })
    .returning({ userId: totpSecrets.userId });
  return stored;
}

export async function findTotp(db: Db, userId: string) {
  const [totp] = await db
    .select({
      keyId: totpSecrets.keyId,
      sealed: totpSecrets.secret,
      confirmedAt: totpSecrets.confirmedAt,
      lastStep: totpSecrets.lastStep,
      recoveryId: totpSecrets.recoveryId,
      heldUntil: totpSecrets.heldUntil,
    })
    .from(totpSecrets)
    .where(eq(totpSecrets.userId, userId));
  return totp;
}

/** Consumes a time step: the same code counts once, also when sent twice at once (RFC 6238 §5.2). */
export async function consumeStep(db: Db, userId: string, step: number, state: 'confirmed' | 'unconfirmed') {
  const [used] = await db
    .update(totpSecrets)
    .set({ lastStep: step, ...(state === 'unconfirmed' && { confirmedAt: new Date() }) })
    .where(
      and(
        eq(totpSecrets.userId, userId),
        lt(totpSecrets.lastStep, step),
        state === 'confirmed' ? isNotNull(totpSecrets.confirmedAt) : isNull(totpSecrets.confirmedAt),
      ),
    )
    .returning({ userId: totpSecrets.userId });
  return used;
}

/** Stores the origin of an authenticator app. */
export const setOrigin = (db: Db, userId: string, { recoveryId, heldUntil }: Origin) =>
  db.update(totpSecrets).set({ recoveryId, heldUntil }).where(eq(totpSecrets.userId, userId));

export async function deleteTotp(db: Db, userId: string) {
  const [deleted] = await db
    .delete(totpSecrets)
    .where(eq(totpSecrets.userId, userId))
    .returning({ confirmedAt: totpSecrets.confirmedAt });
  return deleted;
}

export async function replaceCodes(db: Db, userId: string, codes: { selector: string; hash: string }[]) {
  await deleteCodes(db, userId);
  await db.insert(recoveryCodes).values(codes.map((code) => ({ ...code, userId })));
}

export const deleteCodes = (db: Db, userId: string) => db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));

const unused = (userId: string) => and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt));

export async function findCode(db: Db, userId: string, selector: string) {
  const [code] = await db
    .select({ id: recoveryCodes.id, hash: recoveryCodes.hash })
    .from(recoveryCodes)
    .where(and(unused(userId), eq(recoveryCodes.selector, selector)));
  return code;
}

/** Consumes a recovery code: the second of two at once gets nothing. */
export async function consumeCode(db: Db, userId: string, id: string) {
  const [used] = await db
    .update(recoveryCodes)
    .set({ usedAt: new Date() })
    .where(and(unused(userId), eq(recoveryCodes.id, id)))
    .returning({ id: recoveryCodes.id });
  return used;
}

export async function countCodes(db: Db, userId: string) {
  const [row] = await db.select({ left: count() }).from(recoveryCodes).where(unused(userId));
  return row?.left ?? 0;
}
