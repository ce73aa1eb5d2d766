import { and, asc, eq, gt, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from '@/db';
import { ago, purgeWhere } from '@/db/purge';
import { challenges, passkeys, settings, totpSecrets, users } from '@/db/schema';

type NewChallenge = typeof challenges.$inferInsert;

export async function insertChallenge(db: Db, challenge: NewChallenge) {
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
  value: challenges.value,
  userId: challenges.userId,
  sessionId: challenges.sessionId,
  enrolmentId: challenges.enrolmentId,
  userVerification: challenges.userVerification,
  discoverable: challenges.discoverable,
  conditional: challenges.conditional,
  returnTo: challenges.returnTo,
};

/** Deletes and returns in one statement, so that a challenge is answered once whatever runs at the same time. */
export async function consumeChallenge(db: Db, key: ChallengeKey) {
  const [challenge] = await db.delete(challenges).where(answerable(key)).returning(challengeColumns);
  return challenge;
}

/** Consumes the challenge and looks the passkey up with its user, in one statement: half of what a sign-in costs. */
export async function consumeWithPasskey(db: Db, key: ChallengeKey, credentialId: string) {
  const spent = db.$with('spent').as(db.delete(challenges).where(answerable(key)).returning(challengeColumns));
  const [consumed] = await db
    .with(spent)
    .select({
      challenge: {
        value: spent.value,
        userId: spent.userId,
        sessionId: spent.sessionId,
        userVerification: spent.userVerification,
        discoverable: spent.discoverable,
        conditional: spent.conditional,
        returnTo: spent.returnTo,
      },
      passkey: {
        id: passkeys.id,
        credentialId: passkeys.credentialId,
        userId: passkeys.userId,
        publicKey: passkeys.publicKey,
        signCount: passkeys.signCount,
        name: passkeys.name,
        backupEligible: passkeys.backupEligible,
        backupState: passkeys.backupState,
        uvInitialized: passkeys.uvInitialized,
        recoveryId: passkeys.recoveryId,
        heldUntil: passkeys.heldUntil,
        removedAt: passkeys.removedAt,
      },
      user: {
        id: users.id,
        handle: users.handle,
        email: users.email,
        disabledAt: users.disabledAt,
        stamp: users.securityStamp,
      },
      hasSecondFactor: sql<boolean>`exists (select from ${totpSecrets} where user_id = ${users.id} and confirmed_at is not null)`,
      passkeyIsTwoFactors: sql<boolean>`coalesce((select passkey_is_two_factors from ${settings}), true)`,
    })
    .from(spent)
    .leftJoin(passkeys, eq(passkeys.credentialId, credentialId))
    .leftJoin(users, eq(users.id, passkeys.userId));
  return consumed;
}

export type ChallengeWithPasskey = NonNullable<Awaited<ReturnType<typeof consumeWithPasskey>>>;

const present = (userId: string) => and(eq(passkeys.userId, userId), isNull(passkeys.removedAt));

/** All passkeys of a user, complete and oldest first: an incomplete list would make browsers forget valid ones. */
export const listRows = (db: Db, userId: string) =>
  db
    .select({
      id: passkeys.id,
      credentialId: passkeys.credentialId,
      name: passkeys.name,
      aaguid: passkeys.aaguid,
      transports: passkeys.transports,
      authenticatorAttachment: passkeys.authenticatorAttachment,
      backupEligible: passkeys.backupEligible,
      backupState: passkeys.backupState,
      createdAt: passkeys.createdAt,
      lastUsedAt: passkeys.lastUsedAt,
      counterRegressedAt: passkeys.counterRegressedAt,
      backupEligibilityChangedAt: passkeys.backupEligibilityChangedAt,
      heldUntil: passkeys.heldUntil,
      handle: users.handle,
    })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(present(userId))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id));

export const listDescriptors = (db: Db, userId: string) =>
  db
    .select({ credentialId: passkeys.credentialId, transports: passkeys.transports })
    .from(passkeys)
    .where(present(userId))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id));

/** The passkeys behind an address, in one statement whether there is such a user or not. */
export const listDescriptorsByEmail = (db: Db, email: string) =>
  db
    .select({ credentialId: passkeys.credentialId, transports: passkeys.transports, userId: passkeys.userId })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(and(eq(users.email, email), isNull(passkeys.removedAt)))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id));

/** Inserts a passkey, or returns nothing when anybody already has one of that id (WebAuthn §7.1 step 26). */
export async function insertPasskey(db: Db, passkey: typeof passkeys.$inferInsert) {
  const [inserted] = await db
    .insert(passkeys)
    .values(passkey)
    .onConflictDoNothing({ target: passkeys.credentialId })
    .returning({ id: passkeys.id });
  return inserted;
}

export async function renameRow(db: Db, userId: string, id: string, name: string) {
  const [renamed] = await db
    .update(passkeys)
    .set({ name })
    .where(and(eq(passkeys.id, id), present(userId)))
    .returning({ id: passkeys.id });
  return renamed;
}

/** Removes a passkey; yields its name and its owner's address. */
export async function removeRow(db: Db, userId: string, id: string) {
  const [removed] = await db
    .update(passkeys)
    .set({ removedAt: new Date() })
    .from(users)
    .where(and(eq(passkeys.id, id), present(userId), eq(users.id, passkeys.userId)))
    .returning({ name: passkeys.name, email: users.email });
  return removed;
}

export async function findOwned(db: Db, userId: string, id: string) {
  const [passkey] = await db
    .select({ id: passkeys.id, recoveryId: passkeys.recoveryId })
    .from(passkeys)
    .where(and(eq(passkeys.id, id), present(userId)));
  return passkey;
}

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
export async function isKnownCredential(db: Db, credentialId: string) {
  const rows = await db.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.credentialId, credentialId));
  return rows.length > 0;
}

export const markRegressed = (db: Db, id: string) =>
  db.update(passkeys).set({ counterRegressedAt: new Date() }).where(eq(passkeys.id, id));

/** Marks a passkey whose backup eligibility changed; true the first time only. */
export async function markEligibilityChanged(db: Db, id: string) {
  const marked = await db
    .update(passkeys)
    .set({ backupEligibilityChangedAt: new Date() })
    .where(and(eq(passkeys.id, id), isNull(passkeys.backupEligibilityChangedAt)))
    .returning({ id: passkeys.id });
  return marked.length > 0;
}

export const purgeChallenges = (db: Db) => purgeWhere(db, challenges, lt(challenges.expiresAt, ago(0)));
