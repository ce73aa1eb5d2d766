import { and, desc, eq, isNotNull, isNull, lte, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { columns, type Db, firstRow, hasRows, prepared } from '@/db';
import { ago, purgeBefore } from '@/db/purge';
import { clients, logoutNotices, oneTimeTokens, outbox } from '@/db/schema';
import { DAYS, MINUTES } from '@/lib/time';

const LIFETIME = 30 * DAYS;

type NewMessage = Omit<typeof outbox.$inferInsert, 'expiresAt' | 'attempts' | 'nextAt' | 'lastError' | 'failedAt'>;

const linked = (hash: SQL) => sql`select expires_at from ${oneTimeTokens} where token_hash = ${hash}`;
const after = (seconds: number | Placeholder) => sql`now() + make_interval(secs => ${seconds}::double precision)`;

/** Inserts a message in the transaction of the change that it reports. It expires with its link, which is inserted first. */
export async function insertMessage(tx: Db, message: NewMessage) {
  const hash = sql`${message.linkHash ?? null}::text`;
  const expiresAt = sql`case when ${hash} is not null then coalesce((${linked(hash)}), now()) end`;
  await tx.insert(outbox).values({ ...message, expiresAt });
}

/** The state of the link in a message. */
const fate = sql<'live' | 'expired' | 'replaced'>`case
  when ${outbox.linkHash} is null or exists (${linked(sql`${outbox.linkHash}`)} and consumed_at is null and expires_at > now()) then 'live'
  when ${outbox.expiresAt} <= now() and ${outbox.expiresAt} > ${outbox.createdAt} then 'expired'
  else 'replaced' end`;

/**
 * Takes the message of this kind that is due first, so that no other instance tries it until the lease is over. Compared
 * by `=`, the subquery runs once; by `in` Postgres may run it for every row, and lock one more each time.
 */
export const claimDue = async (db: Db, kind: string, lease: number) => firstRow(await claim(db, { kind, lease }));

const claim = prepared<{ kind: string; lease: number }>()((value, db) => {
  const due = db
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.kind, value.kind), isNull(outbox.failedAt), lte(outbox.nextAt, sql`now()`)))
    .orderBy(outbox.nextAt)
    .limit(1)
    .for('update', { skipLocked: true });
  return db
    .update(outbox)
    .set({ attempts: sql`${outbox.attempts} + 1`, nextAt: after(value.lease) })
    .where(sql`${outbox.id} = (${due})`)
    .returning({
      ...columns(outbox, 'id', 'kind', 'recipient', 'subject', 'clientId', 'attempts', 'createdAt'),
      ...columns(outbox, 'payload', 'keyId', 'sealed'),
      fate,
    });
});

export type OutboxMessage = NonNullable<Awaited<ReturnType<typeof claimDue>>>;
type Claim = Pick<OutboxMessage, 'id' | 'attempts'>;

/** Whether this claim still holds: once its lease is over, another instance may have claimed the message. */
const held = ({ id, attempts }: Claim | Record<keyof Claim, Placeholder>) =>
  and(eq(outbox.id, id), eq(outbox.attempts, attempts));

const updateHeld = (tx: Db, claim: Claim, set: PgUpdateSetSource<typeof outbox>) =>
  tx.update(outbox).set(set).where(held(claim)).returning({ id: outbox.id }).then(hasRows);

/** Deletes a claimed message; returns whether the claim still held. */
export const deleteMessage = async (tx: Db, { id, attempts }: Claim) => hasRows(await deleteHeld(tx, { id, attempts }));

const deleteHeld = prepared<Claim>()((value, db) => db.delete(outbox).where(held(value)).returning({ id: outbox.id }));

/** Schedules the next attempt of a claimed message, before its link expires; returns whether the claim still held. */
export const postponeMessage = (tx: Db, claim: Claim, lastError: string, pause: number) =>
  updateHeld(tx, claim, { nextAt: sql`least(${after(pause)}, ${outbox.expiresAt})`, lastError });

/** Marks a claimed message as failed and erases its body; returns whether the claim still held. */
export function giveUpMessage(tx: Db, claim: Claim, lastError: string) {
  const erased = { payload: null, keyId: null, sealed: null, linkHash: null };
  return updateHeld(tx, claim, { ...erased, lastError, failedAt: sql`now()` });
}

/** The messages that have failed, finally or so far, the latest first, without their bodies. */
export const listFailing = (db: Db, limit: number) =>
  db
    .select({
      ...columns(outbox, 'id', 'kind', 'recipient', 'subject', 'attempts', 'nextAt', 'lastError'),
      ...columns(outbox, 'failedAt', 'createdAt'),
      clientName: clients.name,
    })
    .from(outbox)
    .leftJoin(clients, eq(clients.id, outbox.clientId))
    .where(isNotNull(outbox.lastError))
    .orderBy(desc(outbox.createdAt))
    .limit(limit);

/** Deletes the failed messages to this address, when its account is deleted. */
export const deleteFailedTo = (tx: Db, recipient: string) =>
  tx.delete(outbox).where(and(eq(outbox.recipient, recipient), isNotNull(outbox.failedAt)));

/** Converts what a version before the outbox has stored, and deletes what failed a month ago. */
export async function purgeOutbox(db: Db) {
  await purgeBefore(db, outbox.failedAt, { at: ago(LIFETIME) });
  const left = sql`delete from ${logoutNotices} where next_at < ${ago(10 * MINUTES)} returning *`;
  await db.execute(sql`with left_behind as (${left})
    insert into ${outbox} (kind, client_id, payload) select 'logout-notice', client_id,
      jsonb_build_object('userId', user_id, 'sessionId', session_id, 'sid', sid) from left_behind`);
}
