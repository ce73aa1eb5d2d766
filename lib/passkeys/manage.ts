import { z } from 'zod';
import { type Db, db } from '@/db';
import { type Actor, actedBy } from '@/lib/actor';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import { displayName } from '@/lib/display-name';
import { passkeyRemovedEmail, sendEmail } from '@/lib/mail';
import { operation, type Scope } from '@/lib/operation';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { rowId } from '@/lib/row-id';
import { isHeld, isRecentlyAuthenticated, mayChange, revokeSessions, type Session } from '@/lib/sessions';
import { instant } from '@/lib/time';
import { deleteLinks, findUser, hasOtherWayIn } from '@/lib/users';
import { providerOf } from './providers';
import { findOwned, listRows, removeRow, renameRow } from './queries';

type Row = Omit<Awaited<ReturnType<typeof listRows>>[number], 'handle'>;

/** A passkey as its owner sees it. */
const passkey = z.object({
  id: rowId,
  credentialId: z.string(),
  name: z.string(),
  aaguid: z.string(),
  transports: z.array(z.string()),
  authenticatorAttachment: z.string().nullable(),
  backupEligible: z.boolean(),
  backupState: z.boolean(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  counterRegressedAt: instant.nullable(),
  backupEligibilityChangedAt: instant.nullable(),
  heldUntil: instant.nullable(),
  provider: z.string().nullable(),
  usedInThisSession: z.boolean(),
});

export type Passkey = z.output<typeof passkey>;

/** Picks what the owner may see; never the key. */
export const viewOf = (row: Row, sessionPasskeyId: string | null): Passkey =>
  passkey.parse({
    ...row,
    provider: providerOf(row.aaguid),
    heldUntil: isHeld(row) ? row.heldUntil : null,
    usedInThisSession: row.id === sessionPasskeyId,
  });

/** Passkeys with what the Signal API needs beside them (WebAuthn §5.1.10). */
export const listingOf = (handle: Uint8Array, rows: Row[], passkeyId: string | null) => ({
  rpId: config.webauthn.rpId,
  userHandle: Buffer.from(handle).toString('base64url'),
  passkeys: rows.map((row) => viewOf(row, passkeyId)),
});

/** The complete list; fails whole rather than in part. */
export async function listPasskeys({ userId, passkeyId }: Pick<Session, 'userId' | 'passkeyId'>) {
  const rows = await listRows(db, userId);
  const handle = rows[0]?.handle ?? (await findUser(db, userId))?.handle ?? new Uint8Array();
  return listingOf(handle, rows, passkeyId);
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

const which = z.object({ id: rowId });
/** What is answered where a passkey is removed. */
const gone = z.object({ endsThisSession: z.boolean() });

export const readPasskeys = operation({
  access: 'session',
  name: 'passkeys.list',
  summary: 'Lists every passkey of the signed-in user, with what the Signal API needs beside it.',
  output: z.object({ rpId: z.string(), userHandle: z.string(), passkeys: z.array(passkey) }),
  reads: true,
  run: async (_, { session }) => ok(await listPasskeys(session)),
});

/** Anybody else's passkey is `not_found`. */
export const renamePasskey = operation({
  access: 'session',
  name: 'passkeys.rename',
  summary: 'Renames a passkey of the signed-in user.',
  input: which.extend({ name: displayName }),
  output: z.object({ passkey }),
  refusals: ['not_found', 'on_hold'],
  run: async ({ id, name }, { tx, session, record }) => {
    const { userId } = session;
    const stored = await findOwned(tx, userId, id);
    if (stored && !mayChange(session, stored)) return fail('on_hold');
    if (!(await renameRow(tx, userId, id, name))) return fail('not_found');
    await record('passkey.rename', { subjectId: userId, passkeyId: id });
    const row = (await listRows(tx, userId)).find((passkey) => passkey.id === id);
    return ok({ passkey: viewOf(row!, session.passkeyId) });
  },
});

/** The user's row is held, so that two removals at once cannot take the last way in. */
export const removePasskey = operation({
  name: 'passkeys.remove',
  summary: 'Removes a passkey of the signed-in user, and ends the links that were asked for before.',
  access: 'recent-session',
  input: which,
  output: gone,
  refusals: ['not_found', 'on_hold', 'last_way_in'],
  run: ({ id }, scope) => removeOwned(id, scope),
});

/**
 * For the day a device is gone: every other session of its owner ends at once, whatever else is asked. The passkey is removed
 * with them where this session is recent and there is another way in; else the refusal says what is missing.
 */
export const reportLostDevice = operation({
  name: 'passkeys.report_lost',
  summary:
    'Ends every other session of the signed-in user, and removes the passkey of a lost device where that may be.',
  access: 'session',
  input: z.object({ id: rowId }),
  output: gone,
  refusals: ['not_found', 'step_up_required', 'on_hold', 'last_way_in'],
  run: async ({ id }, scope) => {
    const { tx, actor, session, context } = scope;
    const { userId, id: exceptId } = session;
    if (!(await findOwned(tx, userId, id))) return fail('not_found');
    await revokeSessions(tx, { userId, exceptId, actor, reason: 'device_lost' }, context);
    return isRecentlyAuthenticated(session) ? removeOwned(id, scope) : fail('step_up_required');
  },
});

/** Removes a passkey of whoever acts, inside the transaction of an operation. */
async function removeOwned(id: string, { tx, actor, session, record, context }: Scope) {
  const { userId } = session;
  const about = { subjectId: userId, passkeyId: id };
  const stored = await findOwned(tx, userId, id);
  if (!stored) return fail('not_found');
  if (!mayChange(session, stored)) {
    await record('passkey.delete-blocked-on-hold', about);
    return fail('on_hold');
  }
  if (!(await hasOtherWayIn(tx, userId, 'passkey'))) {
    await record('passkey.delete-blocked-last', about);
    return fail('last_way_in');
  }
  await deleteLinks(tx, userId);
  const removed = await removePasskeyOf(tx, { id, userId, actor }, context);
  return removed.ok ? ok({ endsThisSession: id === session.passkeyId }) : removed;
}

type Removal = { id: string; userId: string; actor: Actor };

/**
 * What every removal does inside the caller's transaction, which holds the user's row: the passkey goes, the sessions that
 * it made end with what they asked to be confirmed, and it is written down.
 */
export async function removePasskeyOf(tx: Db, { id, userId, actor }: Removal, context: RequestContext) {
  const removed = await removeRow(tx, userId, id);
  if (!removed) return fail('not_found');
  await revokeSessions(tx, { userId, begunBy: { passkeyIds: [id] }, actor, reason: 'passkey_removed' }, context);
  const event = { passkeyId: id, subjectId: userId, ...actedBy(actor) };
  await record(tx, { type: 'passkey.delete', ...event }, context);
  await sendEmail(tx, passkeyRemovedEmail(removed.email, removed.name), { userId });
  return ok(removed);
}
