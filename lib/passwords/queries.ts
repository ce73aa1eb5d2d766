import { eq, sql } from 'drizzle-orm';
import { columns, type Db, firstRow } from '@/db';
import { passwords, users } from '@/db/schema';
import type { Origin } from '@/lib/sessions';

/** The user of an address with the hash of the password, if there are both; disabled users included. */
export const findByEmail = (db: Db, email: string) =>
  db
    .select({
      ...columns(users, 'id', 'email', 'name', 'disabledAt'),
      ...columns(passwords, 'hash', 'recoveryId', 'heldUntil'),
      stamp: users.securityStamp,
    })
    .from(users)
    .leftJoin(passwords, eq(passwords.userId, users.id))
    .where(eq(users.email, email))
    .then(firstRow);

export const findPassword = (db: Db, userId: string) =>
  db
    .select(columns(passwords, 'hash', 'changedAt', 'recoveryId', 'heldUntil'))
    .from(passwords)
    .where(eq(passwords.userId, userId))
    .then(firstRow);

export const upsertPassword = (db: Db, userId: string, hash: string, { recoveryId, heldUntil }: Origin) =>
  db
    .insert(passwords)
    .values({ userId, hash, recoveryId, heldUntil })
    .onConflictDoUpdate({ target: passwords.userId, set: { hash, recoveryId, heldUntil, changedAt: sql`now()` } });

/** The same password under today's parameters; not a change, and only while nobody changed it meanwhile. */
export const rehash = (db: Db, userId: string, from: string, hash: string) =>
  db.update(passwords).set({ hash }).where(sql`${passwords.userId} = ${userId} and ${passwords.hash} = ${from}`);

export const deletePassword = (db: Db, userId: string) =>
  db.delete(passwords).where(eq(passwords.userId, userId)).returning({ userId: passwords.userId }).then(firstRow);
