import { and, eq, or, sql } from 'drizzle-orm';
import { columns, type Db, firstRow, hasRows } from '@/db';
import {
  auditEvents,
  clients,
  grants,
  oneTimeTokens,
  passkeys,
  passwords,
  sessions,
  totpSecrets,
  users,
} from '@/db/schema';
import { extensions } from '@/extensions';

export const renameUser = (db: Db, userId: string, name: string) =>
  db.update(users).set({ name }).where(eq(users.id, userId));

type Region = { locale: string | null; zoneinfo: string | null };

export const updateRegion = (db: Db, userId: string, region: Region) =>
  db.update(users).set(region).where(eq(users.id, userId));

export const findProfile = (db: Db, userId: string) =>
  db
    .select(columns(users, 'username', 'locale', 'zoneinfo'))
    .from(users)
    .where(eq(users.id, userId))
    .then(firstRow);

/** Sets a user's confirmed address, unless somebody else has it; returns whether it did. */
export function changeAddress(db: Db, userId: string, email: string) {
  const free = sql`not exists (select from ${users} as others where others.email = ${email} and others.id <> ${userId}::uuid)`;
  return db
    .update(users)
    .set({ email, emailVerifiedAt: new Date() })
    .where(and(eq(users.id, userId), free))
    .returning({ id: users.id })
    .then(hasRows);
}

/**
 * Deletes a user with everything that hangs on it. What happened stays written, but without the addresses and browsers
 * of the person; the trigger lets exactly that through in this transaction only.
 */
export async function deleteUser(db: Db, userId: string) {
  await db.execute(sql`select set_config('latchkey.pseudonymising', 'on', true)`);
  await db
    .update(auditEvents)
    .set({ address: '', browser: '' })
    .where(or(eq(auditEvents.subjectId, userId), eq(auditEvents.actorId, userId)));
  const [user] = await db.delete(users).where(eq(users.id, userId)).returning({ email: users.email });
  if (user) await db.delete(oneTimeTokens).where(eq(oneTimeTokens.email, user.email));
}

/** Everything held about a person, without a secret in it. */
export async function readAccount(db: Db, userId: string) {
  const user = await db
    .select({
      ...columns(users, 'id', 'email', 'emailVerifiedAt', 'name', 'username'),
      ...columns(users, 'locale', 'zoneinfo', 'role', 'createdAt'),
    })
    .from(users)
    .where(eq(users.id, userId))
    .then(firstRow);
  const [password = null] = await db
    .select(columns(passwords, 'changedAt'))
    .from(passwords)
    .where(eq(passwords.userId, userId));
  const [authenticatorApp = null] = await db
    .select({ enrolledAt: totpSecrets.confirmedAt })
    .from(totpSecrets)
    .where(eq(totpSecrets.userId, userId));
  return {
    ...{ user, password, authenticatorApp },
    passkeys: await db
      .select({
        ...columns(passkeys, 'id', 'credentialId', 'name', 'aaguid', 'transports', 'backupEligible'),
        ...columns(passkeys, 'backupState', 'createdAt', 'lastUsedAt', 'removedAt'),
      })
      .from(passkeys)
      .where(eq(passkeys.userId, userId)),
    sessions: await db
      .select(columns(sessions, 'id', 'address', 'browser', 'createdAt', 'lastSeenAt'))
      .from(sessions)
      .where(eq(sessions.userId, userId)),
    connectedApps: await db
      .select({
        id: grants.clientId,
        name: clients.name,
        ...columns(grants, 'scopes', 'claims', 'createdAt', 'lastUsedAt'),
      })
      .from(grants)
      .innerJoin(clients, eq(clients.id, grants.clientId))
      .where(eq(grants.userId, userId)),
    activity: await db
      .select(columns(auditEvents, 'at', 'type', 'outcome', 'address', 'browser'))
      .from(auditEvents)
      .where(eq(auditEvents.subjectId, userId)),
    ...(await addedData(db, userId)),
  };
}

/** What extensions store of a person, each under its name. */
async function addedData(db: Db, userId: string) {
  const added = Object.entries(extensions).filter(([, { personalData }]) => personalData);
  const data = added.map(async ([name, { personalData }]) => [name, await personalData?.(db, userId)] as const);
  return Object.fromEntries(await Promise.all(data));
}
