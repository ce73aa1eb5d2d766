import { type Db, db } from '@/db';
import { type Actor, actedBy } from '@/lib/actor';
import { type PlainEvent, record } from '@/lib/audit';
import { config } from '@/lib/config';
import { passkeyRemovedEmail, sendEmail } from '@/lib/mail';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { isHeld, lockOwner, mayChange, revokeSessions, type Session } from '@/lib/sessions';
import { deleteLinks, findUser, hasOtherWayIn } from '@/lib/users';
import { providerOf } from './providers';
import { findOwned, listRows, removeRow, renameRow } from './queries';

type Row = Awaited<ReturnType<typeof listRows>>[number];

/** A passkey as its owner sees it. */
export type Passkey = ReturnType<typeof viewOf>;

/** Picks what the owner may see; never the key. */
export const viewOf = (
  { handle: _, createdAt, lastUsedAt, counterRegressedAt, backupEligibilityChangedAt, heldUntil, ...row }: Row,
  sessionPasskeyId: string | null,
) => ({
  ...row,
  provider: providerOf(row.aaguid),
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  counterRegressedAt: counterRegressedAt?.toISOString() ?? null,
  backupEligibilityChangedAt: backupEligibilityChangedAt?.toISOString() ?? null,
  heldUntil: isHeld({ heldUntil }) ? heldUntil!.toISOString() : null,
  usedInThisSession: row.id === sessionPasskeyId,
});

/** The complete list with what the Signal API needs beside it (WebAuthn §5.1.10); fails whole rather than in part. */
export async function listPasskeys({ userId, passkeyId }: Pick<Session, 'userId' | 'passkeyId'>) {
  const rows = await listRows(db, userId);
  const handle = rows[0]?.handle ?? (await findUser(db, userId))?.handle ?? [];
  return {
    rpId: config.webauthn.rpId,
    userHandle: Buffer.from(handle).toString('base64url'),
    passkeys: rows.map((row) => viewOf(row, passkeyId)),
  };
}

/** The passkeys of any user, as an administrator sees them; `suspectSince` where one may have been copied or replaced. */
export const listPasskeysOf = async (userId: string, tx: Db = db) =>
  (await listRows(tx, userId)).map(
    ({ id, name, createdAt, lastUsedAt, counterRegressedAt, backupEligibilityChangedAt }) => ({
      id,
      name,
      createdAt,
      lastUsedAt,
      suspectSince: backupEligibilityChangedAt ?? counterRegressedAt,
    }),
  );

/** Renames the user's own passkey; anybody else's is `not_found`. */
export async function renamePasskey(id: string, name: string, session: Session, context: RequestContext) {
  return db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session_required');
    const kept = await findOwned(tx, session.userId, id);
    if (kept && !mayChange(session, kept)) return fail('on_hold');
    if (!(await renameRow(tx, session.userId, id, name))) return fail('not_found');
    await record(
      tx,
      {
        type: 'passkey.rename',
        actorId: session.userId,
        subjectId: session.userId,
        passkeyId: id,
        sessionId: session.id,
      },
      context,
    );
    const row = (await listRows(tx, session.userId)).find((passkey) => passkey.id === id);
    return ok(viewOf(row!, session.passkeyId));
  });
}

/**
 * Removes the user's own passkey, and ends the links that were asked for before. The user's row is held, so that two
 * removals at once cannot take the last way in.
 */
export async function removePasskey(id: string, session: Session, context: RequestContext) {
  const removal = { id, userId: session.userId, by: { kind: 'session', session } } as const;
  return db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session_required');
    const kept = await findOwned(tx, session.userId, id);
    if (!kept) return fail('not_found');
    if (!mayChange(session, kept)) {
      await record(tx, eventOf('passkey.delete-blocked-on-hold', removal), context);
      return fail('on_hold');
    }
    if (!(await hasOtherWayIn(tx, session.userId, 'passkey'))) {
      await record(tx, eventOf('passkey.delete-blocked-last', removal), context);
      return fail('last_way_in');
    }
    await deleteLinks(tx, session.userId);
    return removePasskeyOf(tx, removal, context);
  });
}

type Removal = { id: string; userId: string; by: Actor };

const eventOf = (type: PlainEvent['type'], { id: passkeyId, userId: subjectId, by }: Removal) => ({
  type,
  passkeyId,
  subjectId,
  ...actedBy(by),
});

/**
 * What every removal does inside the caller's transaction, which holds the user's row: the passkey goes, the sessions that
 * it made end with what they asked to be confirmed, and it is written down.
 */
export async function removePasskeyOf(tx: Db, removal: Removal, context: RequestContext) {
  const removed = await removeRow(tx, removal.userId, removal.id);
  if (!removed) return fail('not_found');
  const { id, userId, by } = removal;
  await revokeSessions(tx, { userId, begunBy: { passkeyIds: [id] }, by, reason: 'passkey_removed' }, context);
  await record(tx, eventOf('passkey.delete', removal), context);
  await sendEmail(tx, passkeyRemovedEmail(removed.email, removed.name), { userId: removal.userId });
  return ok(removed);
}
