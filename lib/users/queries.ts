import { and, asc, count, eq, isNull, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '@/db';
import { passkeys, passwords, sessions, totpSecrets, users } from '@/db/schema';

type NewUser = Pick<typeof users.$inferInsert, 'handle' | 'email' | 'emailVerifiedAt' | 'name' | 'role'>;

/** Inserts a user, or returns nothing when the address already belongs to one. */
export async function insertUser(db: Db, user: NewUser) {
  const [inserted] = await db
    .insert(users)
    .values(user)
    .onConflictDoNothing({ target: users.email })
    .returning({ id: users.id });
  return inserted;
}

export async function findUserByEmail(db: Db, email: string) {
  const [user] = await db
    .select({
      id: users.id,
      name: users.name,
      disabledAt: users.disabledAt,
      emailVerifiedAt: users.emailVerifiedAt,
      recoversUnconfirmed: users.recoversUnconfirmed,
    })
    .from(users)
    .where(eq(users.email, email));
  return user;
}

const activeUser = (db: Db, id: string) =>
  db
    .select({
      id: users.id,
      email: users.email,
      emailVerifiedAt: users.emailVerifiedAt,
      recoversUnconfirmed: users.recoversUnconfirmed,
      name: users.name,
      handle: users.handle,
    })
    .from(users)
    .where(and(eq(users.id, id), isNull(users.disabledAt)));

export async function findUser(db: Db, id: string) {
  const [user] = await activeUser(db, id);
  return user;
}

/** Holds the user's row until the transaction ends, so that what is counted about it stays true. */
export async function lockUser(db: Db, id: string) {
  const [user] = await activeUser(db, id).for('update');
  return user;
}

export async function countAdministrators(db: Db) {
  const [row] = await db.select({ administrators: count() }).from(users).where(eq(users.role, 'administrator'));
  return row?.administrators ?? 0;
}

export const listUserRows = (db: Db, limit: number, only?: string) =>
  db
    .select({
      id: users.id,
      email: users.email,
      name: users.name,
      role: users.role,
      disabledAt: users.disabledAt,
      emailVerifiedAt: users.emailVerifiedAt,
      createdAt: users.createdAt,
      passkeys: count(passkeys.id),
      twoStepSince: totpSecrets.confirmedAt,
    })
    .from(users)
    .leftJoin(passkeys, and(eq(passkeys.userId, users.id), isNull(passkeys.removedAt)))
    .leftJoin(totpSecrets, eq(totpSecrets.userId, users.id))
    .where(only ? eq(users.id, only) : undefined)
    .groupBy(users.id, totpSecrets.confirmedAt)
    .orderBy(asc(users.createdAt))
    .limit(limit);

/** Disables or enables a member. Administrators are never disabled here. */
export async function setDisabled(db: Db, id: string, disabledAt: Date | null) {
  const [changed] = await db
    .update(users)
    .set({ disabledAt })
    .where(and(eq(users.id, id), eq(users.role, 'member')))
    .returning({ id: users.id });
  return changed;
}

/** Confirms the address that was looked at, where nobody has confirmed it yet and it is still the user's. */
export async function confirmAddress(db: Db, id: string, email: string) {
  const [confirmed] = await db
    .update(users)
    .set({ emailVerifiedAt: new Date() })
    .where(and(eq(users.id, id), eq(users.email, email), isNull(users.emailVerifiedAt), isNull(users.disabledAt)))
    .returning({ id: users.id });
  return confirmed;
}

/** Ends every session of a user; returns which. */
export async function deleteSessionsOfUser(db: Db, userId: string) {
  const ended = await db.delete(sessions).where(eq(sessions.userId, userId)).returning({ id: sessions.id });
  return ended.map(({ id }) => id);
}

/** Tells whether no administrator would remain without this user; holds their rows, so that of two who leave one stays. */
export async function isLastAdministrator(db: Db, userId: string) {
  const rows = await db.select({ id: users.id }).from(users).where(eq(users.role, 'administrator')).for('update');
  return rows.length === 1 && rows[0]!.id === userId;
}

export const setRole = (db: Db, id: string, role: 'member' | 'administrator') =>
  db.update(users).set({ role }).where(eq(users.id, id));

/** Counts what a user can sign in with. A recovery link is no way in: it replaces one. */
export async function countWaysIn(db: Db, userId: string) {
  const counted = await db.execute(sql`
    select (select count(*) from ${passkeys} where user_id = ${userId}::uuid and removed_at is null)::int as passkeys,
      (select count(*) from ${passwords} where user_id = ${userId}::uuid)::int as passwords`);
  return rowsOf<{ passkeys: number; passwords: number }>(counted)[0]!;
}
