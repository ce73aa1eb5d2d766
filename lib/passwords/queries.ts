import { eq, sql } from 'drizzle-orm';
import type { Db } from '@/db';
import { passwords, users } from '@/db/schema';
import type { Origin } from '@/lib/sessions';

/** The user of an address with the hash of the password, if there are both; disabled users included. */
export async function findByEmail(db: Db, email: string) {
  const [user] = await db
    .select({
      id: users.id,
      email: users.email,
      name: users.name,
      disabledAt: users.disabledAt,
      stamp: users.securityStamp,
      hash: passwords.hash,
      recoveryId: passwords.recoveryId,
      heldUntil: passwords.heldUntil,
    })
    .from(users)
    .leftJoin(passwords, eq(passwords.userId, users.id))
    .where(eq(users.email, email));
  return user;
}

export async function findPassword(db: Db, userId: string) {
  const [password] = await db
    .select({
      hash: passwords.hash,
      changedAt: passwords.changedAt,
      recoveryId: passwords.recoveryId,
      heldUntil: passwords.heldUntil,
    })
    .from(passwords)
    .where(eq(passwords.userId, userId));
  return password;
}

export const upsertPassword = (db: Db, userId: string, hash: string, { recoveryId, heldUntil }: Origin) =>
  db
    .insert(passwords)
    .values({ userId, hash, recoveryId, heldUntil })
    .onConflictDoUpdate({ target: passwords.userId, set: { hash, recoveryId, heldUntil, changedAt: sql`now()` } });

/** The same password under today's parameters; not a change, and only while nobody changed it meanwhile. */
export const rehash = (db: Db, userId: string, from: string, hash: string) =>
  db.update(passwords).set({ hash }).where(sql`${passwords.userId} = ${userId} and ${passwords.hash} = ${from}`);

export async function deletePassword(db: Db, userId: string) {
  const [deleted] = await db
    .delete(passwords)
    .where(eq(passwords.userId, userId))
    .returning({ userId: passwords.userId });
  return deleted;
}
