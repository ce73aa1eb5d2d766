import { and, eq, gt, inArray, isNull, ne, notInArray, or, sql } from 'drizzle-orm';
import { columns, type Db, firstRow, hasRows } from '@/db';
import { ago, purgeBefore } from '@/db/purge';
import { oneTimeTokens, users } from '@/db/schema';
import { config } from '@/lib/config';
import { DAYS } from '@/lib/time';

/** Closing sign-up also closes the links that are out already; the first administrator is always welcome. */
function openPurposes() {
  const purposes: RegistrationLink['purpose'][] = ['setup'];
  if (config.signUp !== 'closed') purposes.push('invite');
  if (config.signUp === 'open') purposes.push('sign-up');
  return purposes;
}

// A link of another purpose is no enrolment, whatever its token opens elsewhere (requirement G10).
const live = () =>
  and(
    inArray(oneTimeTokens.purpose, openPurposes()),
    isNull(oneTimeTokens.consumedAt),
    gt(oneTimeTokens.expiresAt, new Date()),
  );

// A setup link is worth nothing once there is an administrator, however it came to be.
const stillUseful = or(
  ne(oneTimeTokens.purpose, 'setup'),
  sql`not exists (select from ${users} where ${users.role} = 'administrator')`,
);

const linkColumns = columns(oneTimeTokens, 'id', 'purpose', 'email', 'name', 'role', 'userHandle', 'mailed');

type Row = Pick<typeof oneTimeTokens.$inferSelect, keyof typeof linkColumns>;
export type RegistrationLink = Row & {
  purpose: 'setup' | 'invite' | 'sign-up';
  role: 'member' | 'administrator';
  userHandle: Uint8Array<ArrayBuffer>;
};

export const insertLink = (db: Db, link: typeof oneTimeTokens.$inferInsert) => db.insert(oneTimeTokens).values(link);

/** Finds a valid link, without consuming it. */
export const findLiveLink = (db: Db, tokenHash: string) =>
  db
    .select(linkColumns)
    .from(oneTimeTokens)
    .where(and(eq(oneTimeTokens.tokenHash, tokenHash), live(), stillUseful))
    .then((links) => firstRow(links as RegistrationLink[]));

/** Holds a link until the transaction ends: the challenges that it let in go with it, so it comes before them (decision 0030). */
export const lockRegistrationLink = (db: Db, id: string) =>
  db.select({ id: oneTimeTokens.id }).from(oneTimeTokens).where(eq(oneTimeTokens.id, id)).for('no key update');

/** Consumes a link in one statement: the second of two at once gets nothing. */
export const consumeLink = (db: Db, id: string) =>
  db
    .update(oneTimeTokens)
    .set({ consumedAt: new Date() })
    .where(and(eq(oneTimeTokens.id, id), live(), stillUseful))
    .returning({ id: oneTimeTokens.id })
    .then(hasRows);

/** Stores what the person typed with the opened link. An address is only taken where the link does not fix one. */
export const updateLink = (db: Db, tokenHash: string, name: string, email: string | undefined) =>
  db
    .update(oneTimeTokens)
    .set({
      name,
      email: email
        ? sql`case when ${oneTimeTokens.purpose} = 'setup' then ${email} else ${oneTimeTokens.email} end`
        : undefined,
    })
    .where(and(eq(oneTimeTokens.tokenHash, tokenHash), live(), stillUseful))
    .returning({ email: oneTimeTokens.email })
    .then(firstRow);

/**
 * Ends older links of the same kind to the same address: one link at a time is alive (requirement F12). Whoever asks for
 * another one at the same time waits here until this transaction has ended.
 */
export async function deleteLinksTo(tx: Db, purpose: 'invite' | 'sign-up', email: string) {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${purpose} ${email}`}::text, 0))`);
  await tx
    .delete(oneTimeTokens)
    .where(and(eq(oneTimeTokens.purpose, purpose), eq(oneTimeTokens.email, email), isNull(oneTimeTokens.consumedAt)));
}

/** Ends what else is open for an address that has its account now; a link that somebody is using just then refuses by itself. */
export const deleteOpenLinks = (tx: Db, email: string) =>
  tx.execute(sql`
    delete from ${oneTimeTokens} where id in (
      select id from ${oneTimeTokens} where email = ${email} and user_id is null and consumed_at is null
      for update skip locked)`);

/** Deletes every setup link but these, and returns the token hash of the remaining one, if any. */
export async function storeSetupLink(db: Db, tokenHashes: string[]) {
  const isSetup = eq(oneTimeTokens.purpose, 'setup');
  await db.delete(oneTimeTokens).where(and(isSetup, notInArray(oneTimeTokens.tokenHash, tokenHashes)));
  const [stored] = await db.select({ tokenHash: oneTimeTokens.tokenHash }).from(oneTimeTokens).where(isSetup);
  return stored?.tokenHash;
}

/** Makes the open setup link, or opens it anew. */
export const upsertSetupLink = (db: Db, tokenHash: string, userHandle: Uint8Array<ArrayBuffer>, expiresAt: Date) =>
  db
    .insert(oneTimeTokens)
    .values({ tokenHash, purpose: 'setup', role: 'administrator', userHandle, expiresAt })
    .onConflictDoUpdate({ target: oneTimeTokens.tokenHash, set: { expiresAt, consumedAt: null } });

export const purgeRegistrationLinks = (db: Db) => purgeBefore(db, oneTimeTokens.expiresAt, { at: ago(1 * DAYS) });
