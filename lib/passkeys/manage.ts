import { db } from '@/db';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import { passkeyRemovedLetter, sendLetter } from '@/lib/mail';
import type { Requester } from '@/lib/requester';
import { fail, ok } from '@/lib/result';
import { deleteSessionsOf, type Session } from '@/lib/sessions';
import { findUser, hasOtherWayIn, lockUser } from '@/lib/users';
import { providerOf } from './providers';
import { findOwned, listRows, removeRow, renameRow } from './queries';

type Row = Awaited<ReturnType<typeof listRows>>[number];

/** A passkey as its owner sees it. */
export type Passkey = ReturnType<typeof viewOf>;

/** Picks what the owner may see; never the key. */
export const viewOf = (
  { handle: _, createdAt, lastUsedAt, counterRegressedAt, ...row }: Row,
  sessionPasskeyId: string | null,
) => ({
  ...row,
  provider: providerOf(row.aaguid),
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  counterRegressedAt: counterRegressedAt?.toISOString() ?? null,
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

/** Renames the user's own passkey; anybody else's is `not_found`. */
export async function renamePasskey(id: string, name: string, session: Session, by: Requester) {
  return db.transaction(async (tx) => {
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
      by,
    );
    const row = (await listRows(tx, session.userId)).find((passkey) => passkey.id === id);
    return ok(viewOf(row!, session.passkeyId));
  });
}

/**
 * Removes a passkey and ends the sessions that it made. The user's row is locked, so that two removals at once cannot
 * take the last way in.
 */
export async function removePasskey(id: string, session: Session, by: Requester) {
  const event = { actorId: session.userId, subjectId: session.userId, passkeyId: id, sessionId: session.id };
  const removal = await db.transaction(async (tx) => {
    const user = await lockUser(tx, session.userId);
    if (!user || !(await findOwned(tx, session.userId, id))) return fail('not_found');
    if (!(await hasOtherWayIn(tx, session.userId, 'passkey'))) {
      await record(tx, { ...event, type: 'passkey.delete-blocked-last' }, by);
      return fail('last_way_in');
    }
    const removed = await removeRow(tx, session.userId, id);
    await deleteSessionsOf(tx, id);
    await record(tx, { ...event, type: 'passkey.delete' }, by);
    return ok(passkeyRemovedLetter(user.email, removed!.name));
  });
  if (removal.ok) sendLetter(removal.value);
  return removal;
}
