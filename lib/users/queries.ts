import { and, asc, eq, inArray, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { columns, type Db, firstRow, rowsOf } from '@/db';
import { after, exactly, type Place } from '@/db/keyset';
import { oneTimeTokens, passkeys, passwords, totpSecrets, users } from '@/db/schema';
import type { CountedWayIn } from '@/lib/ways-in';

/** Inserts a user, or returns nothing when the address already belongs to one. */
export const insertUser = (db: Db, user: typeof users.$inferInsert) =>
  db
    .insert(users)
    .values(user)
    .onConflictDoNothing({ target: users.email })
    .returning({ id: users.id, stamp: users.securityStamp })
    .then(firstRow);

export const findUserByEmail = (db: Db, email: string) =>
  db
    .select(columns(users, 'id', 'name', 'disabledAt', 'emailVerifiedAt', 'recoversUnconfirmed'))
    .from(users)
    .where(eq(users.email, email))
    .then(firstRow);

const activeUser = (db: Db, id: string, stamp?: number) =>
  db
    .select({
      ...columns(users, 'id', 'email', 'emailVerifiedAt', 'recoversUnconfirmed', 'name', 'handle'),
      stamp: users.securityStamp,
    })
    .from(users)
    .where(
      and(eq(users.id, id), isNull(users.disabledAt), stamp === undefined ? undefined : eq(users.securityStamp, stamp)),
    );

export const findUser = (db: Db, id: string) => activeUser(db, id).then(firstRow);

/**
 * Holds the user's row until the transaction ends: the first statement of every transaction that starts or ends anything
 * of theirs (decision 0030). Nothing for somebody who is disabled, or who has changed since they had this `stamp`.
 */
export const lockUser = (db: Db, id: string, stamp?: number) =>
  activeUser(db, id, stamp).for('no key update').then(firstRow);

/** The same for whoever it is, disabled or not, as an administrator needs it. */
export const lockAnyUser = (db: Db, id: string) =>
  db
    .select(columns(users, 'id', 'email', 'emailVerifiedAt', 'recoversUnconfirmed', 'role', 'disabledAt'))
    .from(users)
    .where(eq(users.id, id))
    .for('no key update')
    .then(firstRow);

/** Holds the rows of several users, in the order of their ids (decision 0030). */
export const lockUsers = (db: Db, ids: string[]) =>
  db.select({ id: users.id }).from(users).where(inArray(users.id, ids)).orderBy(asc(users.id)).for('no key update');

/** Ends what was begun before: sign-ins under way or waiting for a second factor. Holds the user's row as well. */
export async function renewStamp(db: Db, id: string) {
  const [user] = await db
    .update(users)
    .set({ securityStamp: sql`${users.securityStamp} + 1` })
    .where(eq(users.id, id))
    .returning({ stamp: users.securityStamp });
  return user?.stamp;
}

// Written out, not a value: the index of administrators serves a prepared statement only so.
const isAdministrator = sql`${users.role} = 'administrator'`;

export const countAdministrators = (db: Db) => db.$count(users, isAdministrator);

const listed = {
  ...columns(users, 'id', 'email', 'name', 'role', 'disabledAt', 'emailVerifiedAt', 'createdAt'),
  at: exactly(users.createdAt),
  passkeys: sql<number>`(select count(*)::int from ${passkeys} where ${passkeys.userId} = ${users.id} and removed_at is null)`,
  twoStepSince: totpSecrets.confirmedAt,
};

const listedUsers = (db: Db, which?: SQL) =>
  db.select(listed).from(users).leftJoin(totpSecrets, eq(totpSecrets.userId, users.id)).where(which);

/** Anybody who has an account, disabled or not, as in the list. */
export const findListedUser = (db: Db, id: string) => listedUsers(db, eq(users.id, id)).then(firstRow);

export type ListedUser = NonNullable<Awaited<ReturnType<typeof findListedUser>>>;

type UserPageQuery = { limit: number; after?: Place; email?: string };

/** A page of everybody who has an account, the oldest first. */
export const listUserPage = (db: Db, { limit, after: place, email }: UserPageQuery) =>
  listedUsers(
    db,
    and(email ? eq(users.email, email) : undefined, place && after({ at: users.createdAt, id: users.id }, place)),
  )
    .orderBy(asc(users.createdAt), asc(users.id))
    .limit(limit);

/** Disables a user, or enables one again; call it with the row held. */
export const setDisabled = (db: Db, id: string, disabledAt: Date | null) =>
  db.update(users).set({ disabledAt }).where(eq(users.id, id));

/** Confirms this address, where it is still the user's and not confirmed yet. */
export const confirmAddress = (db: Db, id: string, email: string) =>
  db
    .update(users)
    .set({ emailVerifiedAt: new Date() })
    .where(and(eq(users.id, id), eq(users.email, email), isNull(users.emailVerifiedAt), isNull(users.disabledAt)))
    .returning({ id: users.id })
    .then(firstRow);

type Links = { purpose?: 'recover' | 'verify-email'; fromCommandLine?: boolean };

/**
 * Ends the open links of a user, of this purpose or of all; those from the command line only where that is said, so that
 * a thief ends no way back (decision 0035). Never those that undo a recovery: whoever recovers again, or sets a password,
 * keeps nobody from it.
 */
export const deleteLinks = (db: Db, userId: string, { purpose, fromCommandLine = false }: Links = {}) =>
  db
    .delete(oneTimeTokens)
    .where(
      and(
        eq(oneTimeTokens.userId, userId),
        purpose ? eq(oneTimeTokens.purpose, purpose) : ne(oneTimeTokens.purpose, 'cancel-recovery'),
        fromCommandLine ? undefined : eq(oneTimeTokens.breakGlass, false),
        isNull(oneTimeTokens.consumedAt),
      ),
    );

/**
 * Tells whether no administrator who is not disabled would remain without this user. Holds the rows of all of them, so
 * that of two who leave one stays, and the user's own, always in the same order.
 */
export async function isLastAdministrator(db: Db, userId: string) {
  const rows = await db
    .select({ id: users.id, role: users.role, disabledAt: users.disabledAt })
    .from(users)
    .where(or(isAdministrator, eq(users.id, userId)))
    .orderBy(asc(users.id))
    .for('no key update');
  const administrators = rows.filter(({ role, disabledAt }) => role === 'administrator' && !disabledAt);
  return administrators.length === 1 && administrators[0]!.id === userId;
}

export const setRole = (db: Db, id: string, role: 'member' | 'administrator') =>
  db.update(users).set({ role }).where(eq(users.id, id));

/** How many of each way in a user has. A recovery link is none: it replaces one. */
const counts: Record<CountedWayIn, (userId: string) => SQL> = {
  passkey: (userId) => sql`select count(*) from ${passkeys} where user_id = ${userId}::uuid and removed_at is null`,
  password: (userId) => sql`select count(*) from ${passwords} where user_id = ${userId}::uuid`,
};

/** Tells whether the user can still sign in without this one; call it with the user's row locked. */
export async function hasOtherWayIn(tx: Db, userId: string, without: CountedWayIn) {
  const counting = Object.entries(counts).map(([way, count]) => sql`(${count(userId)})::int as ${sql.identifier(way)}`);
  const counted = await tx.execute(sql`select ${sql.join(counting, sql`, `)}`);
  const [ways] = rowsOf<Record<CountedWayIn, number>>(counted);
  return Object.entries(ways!).some(([way, count]) => count > (way === without ? 1 : 0));
}
