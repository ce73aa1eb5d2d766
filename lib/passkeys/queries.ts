import { and, asc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { columns, type Db, firstRow, hasRows, rowsOf } from '@/db';
import { ago, purgeBefore } from '@/db/purge';
import { challenges, passkeys, settings, totpSecrets, users } from '@/db/schema';

export async function insertChallenge(db: Db, challenge: typeof challenges.$inferInsert) {
  const [inserted] = await db.insert(challenges).values(challenge).returning({ id: challenges.id });
  return inserted!.id;
}

export type ChallengeKey = { id: string; browserHash: string; purpose: 'register' | 'authenticate' | 'step-up' };

/** Only the browser that was asked may answer; anybody else's try leaves the challenge untouched. */
const answerable = ({ id, browserHash, purpose }: ChallengeKey) =>
  and(
    eq(challenges.id, id),
    eq(challenges.purpose, purpose),
    eq(challenges.browserHash, browserHash),
    gt(challenges.expiresAt, new Date()),
  );

const challengeColumns = {
  ...columns(challenges, 'value', 'userId', 'sessionId', 'enrolmentId', 'userVerification'),
  ...columns(challenges, 'discoverable', 'conditional', 'returnTo'),
};

/** Deletes and returns in one statement, so that a challenge is answered once whatever runs at the same time. */
export const consumeChallenge = (db: Db, key: ChallengeKey) =>
  db.delete(challenges).where(answerable(key)).returning(challengeColumns).then(firstRow);

/** Consumes the challenge and looks the passkey up with its user, in one statement: half of what a sign-in costs. */
export function consumeWithPasskey(db: Db, key: ChallengeKey, credentialId: string) {
  const spent = db.$with('spent').as(db.delete(challenges).where(answerable(key)).returning(challengeColumns));
  return db
    .with(spent)
    .select({
      challenge: {
        ...columns(spent, 'value', 'userId', 'sessionId'),
        ...columns(spent, 'userVerification', 'discoverable', 'conditional', 'returnTo'),
      },
      passkey: {
        ...columns(passkeys, 'id', 'credentialId', 'userId', 'publicKey', 'signCount', 'name', 'removedAt'),
        ...columns(passkeys, 'backupEligible', 'backupState', 'uvInitialized', 'recoveryId', 'heldUntil'),
      },
      user: { ...columns(users, 'id', 'handle', 'email', 'disabledAt'), stamp: users.securityStamp },
      hasSecondFactor: sql<boolean>`exists (select from ${totpSecrets} where user_id = ${users.id} and confirmed_at is not null)`,
      passkeyIsTwoFactors: sql<boolean>`coalesce((select passkey_is_two_factors from ${settings}), true)`,
    })
    .from(spent)
    .leftJoin(passkeys, eq(passkeys.credentialId, credentialId))
    .leftJoin(users, eq(users.id, passkeys.userId))
    .then(firstRow);
}

export type ChallengeWithPasskey = NonNullable<Awaited<ReturnType<typeof consumeWithPasskey>>>;

const present = (userId: string) => and(eq(passkeys.userId, userId), isNull(passkeys.removedAt));

/** All passkeys of a user, complete and oldest first: an incomplete list would make browsers forget valid ones. */
export const listRows = (db: Db, userId: string) =>
  db
    .select({
      ...columns(passkeys, 'id', 'credentialId', 'name', 'aaguid', 'transports', 'authenticatorAttachment'),
      ...columns(passkeys, 'backupEligible', 'backupState', 'createdAt', 'lastUsedAt', 'heldUntil'),
      ...columns(passkeys, 'counterRegressedAt', 'backupEligibilityChangedAt'),
      handle: users.handle,
    })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(present(userId))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id));

/** The passkeys behind an address, in one statement whether there is such a user or not. */
export const listDescriptorsByEmail = (db: Db, email: string) =>
  db
    .select(columns(passkeys, 'credentialId', 'transports', 'userId'))
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(and(eq(users.email, email), isNull(passkeys.removedAt)))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id));

/** Inserts a passkey, or returns nothing when anybody already has one of that id (WebAuthn §7.1 step 26). */
export const insertPasskey = (db: Db, passkey: typeof passkeys.$inferInsert) =>
  db
    .insert(passkeys)
    .values(passkey)
    .onConflictDoNothing({ target: passkeys.credentialId })
    .returning({ id: passkeys.id })
    .then(firstRow);

export const renameRow = (db: Db, userId: string, id: string, name: string) =>
  db
    .update(passkeys)
    .set({ name })
    .where(and(eq(passkeys.id, id), present(userId)))
    .returning({ id: passkeys.id })
    .then(firstRow);

/** Removes a passkey; yields its name and its owner's address. */
export const removeRow = (db: Db, userId: string, id: string) =>
  db
    .update(passkeys)
    .set({ removedAt: new Date() })
    .from(users)
    .where(and(eq(passkeys.id, id), present(userId), eq(users.id, passkeys.userId)))
    .returning({ name: passkeys.name, email: users.email })
    .then(firstRow);

export const findOwned = (db: Db, userId: string, id: string) =>
  db
    .select({ id: passkeys.id, recoveryId: passkeys.recoveryId })
    .from(passkeys)
    .where(and(eq(passkeys.id, id), present(userId)))
    .then(firstRow);

/** What a good answer changes. It matches only while the count still rises, so of two answers at once one wins (§6.1.1). */
export const usedNow = (signCount: number | SQL, backupState: boolean | SQL) => ({
  values: sql`sign_count = ${signCount}::bigint, backup_state = ${backupState}::boolean, last_used_at = now()`,
  stillRising: sql`(${passkeys}.sign_count < ${signCount}::bigint or (${passkeys}.sign_count = 0 and ${signCount}::bigint = 0)) and removed_at is null`,
});

/** Records a good answer; returns nothing when another one came first or the passkey was removed meanwhile. */
export async function markUsed(
  db: Db,
  { passkey, signCount, backupState }: { passkey: { id: string }; signCount: number; backupState: boolean },
) {
  const { values, stillRising } = usedNow(signCount, backupState);
  const updated = await db.execute(
    sql`update ${passkeys} set ${values} where id = ${passkey.id}::uuid and ${stillRising} returning id`,
  );
  return rowsOf<{ id: string }>(updated)[0];
}

/** Tells whether anybody has, or had, a passkey of this id. */
export const isKnownCredential = (db: Db, credentialId: string) =>
  db.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.credentialId, credentialId)).then(hasRows);

export const markRegressed = (db: Db, id: string) =>
  db.update(passkeys).set({ counterRegressedAt: new Date() }).where(eq(passkeys.id, id));

/** Marks a passkey whose backup eligibility changed; true the first time only. */
export const markEligibilityChanged = (db: Db, id: string) =>
  db
    .update(passkeys)
    .set({ backupEligibilityChangedAt: new Date() })
    .where(and(eq(passkeys.id, id), isNull(passkeys.backupEligibilityChangedAt)))
    .returning({ id: passkeys.id })
    .then(hasRows);

export const purgeChallenges = (db: Db) => purgeBefore(db, challenges.expiresAt, { at: ago(0) });
