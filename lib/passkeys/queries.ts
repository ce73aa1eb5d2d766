import { and, asc, eq, gt, isNull, type Placeholder, type SQL, sql } from 'drizzle-orm';
import { columns, type Db, firstRow, hasRows, prepared, rowsOf } from '@/db';
import { ago, purgeBefore } from '@/db/purge';
import { challenges, passkeys, settings, totpSecrets, users } from '@/db/schema';
import { type AttemptCount, type AttemptValues, attemptIn, countedAttempt, isWithinLimit } from '@/lib/rate-limits';

export type ChallengeKey = { id: string; browserHash: string; purpose: 'register' | 'authenticate' | 'step-up' };

/** A challenge as the values of a statement. */
export type NewChallenge = Record<'value' | 'browserHash' | 'expiresAt', string> &
  Record<'userVerification' | 'discoverable' | 'conditional', boolean> &
  Record<'userId' | 'sessionId' | 'enrolmentId' | 'returnTo', string | null> & { purpose: ChallengeKey['purpose'] };

const insertedChallenge = (value: Record<keyof NewChallenge, Placeholder>, userId: SQL) => sql`
  insert into ${challenges} (value, purpose, browser_hash, user_id, session_id, enrolment_id, user_verification,
    discoverable, conditional, return_to, expires_at)
  select ${value.value}::text, ${value.purpose}::text, ${value.browserHash}::text, ${userId}, ${value.sessionId}::uuid,
    ${value.enrolmentId}::uuid, ${value.userVerification}::boolean, ${value.discoverable}::boolean,
    ${value.conditional}::boolean, ${value.returnTo}::text, ${value.expiresAt}::timestamptz`;

export const insertChallenge = prepared<NewChallenge>()(
  (value) => sql<{ id: string }>`${insertedChallenge(value, sql`${value.userId}::uuid`)} returning id`,
);

type SignInStart = AttemptCount & { id: string | null; descriptors: { credentialId: string; transports: string[] }[] };

/**
 * Counts an attempt and, within its limit, inserts the challenge of a sign-in and lists the passkeys behind the address
 * that was named: one statement, whether there is such a user or not.
 */
export const insertSignInChallenge = prepared<NewChallenge & AttemptValues & { email: string | null }>()(
  (value) => sql<SignInStart>`
    with attempt as (${countedAttempt(value)}
    ), known as (
      select credential_id, transports, user_id, ${passkeys.createdAt} as made_at, ${passkeys.id} as passkey_id
      from ${passkeys} join ${users} on ${users.id} = user_id
      where email = ${value.email}::text and removed_at is null and ${isWithinLimit}
    ), issued as (${insertedChallenge(value, sql`(select user_id from known limit 1)`)} where ${isWithinLimit} returning id
    )
    select attempts, wait, (select id from issued) as id, (
      select coalesce(json_agg(json_build_object('credentialId', credential_id, 'transports', transports)
        order by made_at, passkey_id), '[]') from known
    ) as descriptors from attempt`,
);

type Answered = ChallengeKey & { now: string };
const answeredNow = (key: ChallengeKey): Answered => ({ ...key, now: new Date().toISOString() });

/** Only the browser that was asked may answer; anybody else's try leaves the challenge untouched. */
const answerable = ({ id, browserHash, purpose, now }: Record<keyof Answered, Placeholder>) =>
  and(
    eq(challenges.id, id),
    eq(challenges.purpose, purpose),
    eq(challenges.browserHash, browserHash),
    gt(challenges.expiresAt, sql`${now}::timestamptz`),
  );

const challengeColumns = {
  ...columns(challenges, 'value', 'userId', 'sessionId', 'enrolmentId', 'userVerification'),
  ...columns(challenges, 'discoverable', 'conditional', 'returnTo'),
};

const deleteAnswered = prepared<Answered>()((value, db) =>
  db.delete(challenges).where(answerable(value)).returning(challengeColumns),
);

/** Deletes and returns in one statement, so that a challenge is answered once whatever runs at the same time. */
export const consumeChallenge = async (db: Db, key: ChallengeKey) =>
  firstRow(await deleteAnswered(db, answeredNow(key)));

const selectAnswered = prepared<Answered & AttemptValues & { credentialId: string }>()((value, db) => {
  const { attempt, count } = attemptIn(db, value);
  const spent = db.$with('spent').as(
    db
      .delete(challenges)
      .where(and(answerable(value), isWithinLimit))
      .returning(challengeColumns),
  );
  return db
    .with(attempt, spent)
    .select({
      attempt: count,
      challenge: {
        ...columns(spent, 'value', 'userId', 'sessionId'),
        ...columns(spent, 'userVerification', 'discoverable', 'conditional', 'returnTo'),
      },
      passkey: {
        ...columns(passkeys, 'id', 'credentialId', 'userId', 'publicKey', 'signCount', 'name', 'removedAt'),
        ...columns(passkeys, 'backupEligible', 'backupState', 'uvInitialized', 'recoveryId', 'heldUntil'),
      },
      user: { ...columns(users, 'id', 'handle', 'email', 'disabledAt'), stamp: users.securityStamp },
      hasSecondFactor: sql<boolean>`coalesce((select confirmed_at is not null from ${totpSecrets} where user_id = ${users.id}), false)`,
      passkeyIsTwoFactors: sql<boolean>`coalesce((select passkey_is_two_factors from ${settings}), true)`,
    })
    .from(attempt)
    .leftJoin(spent, sql`true`)
    .leftJoin(passkeys, eq(passkeys.credentialId, value.credentialId))
    .leftJoin(users, eq(users.id, passkeys.userId));
});

type AnsweredWith = { credentialId: string; attempt: AttemptValues };

/**
 * Counts the attempt and, within its limit, consumes the challenge and looks the passkey up with its user: all in one
 * statement, half of what a sign-in costs.
 */
export async function consumeWithPasskey(db: Db, key: ChallengeKey, { credentialId, attempt }: AnsweredWith) {
  const [row] = await selectAnswered(db, { ...answeredNow(key), ...attempt, credentialId });
  const { attempt: count, challenge, ...found } = row!;
  return { count, consumed: challenge?.value ? { ...found, challenge } : undefined };
}

export type ChallengeWithPasskey = NonNullable<Awaited<ReturnType<typeof consumeWithPasskey>>['consumed']>;

const present = (userId: string) => and(eq(passkeys.userId, userId), isNull(passkeys.removedAt));

/** What a list of passkeys shows. */
export const listedColumns = {
  ...columns(passkeys, 'id', 'credentialId', 'name', 'aaguid', 'transports', 'authenticatorAttachment'),
  ...columns(passkeys, 'backupEligible', 'backupState', 'createdAt', 'lastUsedAt', 'heldUntil'),
  ...columns(passkeys, 'counterRegressedAt', 'backupEligibilityChangedAt'),
};

/** All passkeys of a user, complete and oldest first: an incomplete list would make browsers forget valid ones. */
export const listRows = (db: Db, userId: string) =>
  db
    .select({ ...listedColumns, handle: users.handle })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(present(userId))
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
