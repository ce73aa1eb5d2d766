import { and, eq, or, sql } from 'drizzle-orm';
import type { Db } from '@/db';
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

export async function findProfile(db: Db, userId: string) {
  const { username, locale, zoneinfo } = users;
  const [profile] = await db.select({ username, locale, zoneinfo }).from(users).where(eq(users.id, userId));
  return profile;
}

/** Sets a user's confirmed address, or returns nothing when somebody else has it. */
export async function changeAddress(db: Db, userId: string, email: string) {
  const taken = sql`not exists (select from ${users} as others where others.email = ${email} and others.id <> ${userId}::uuid)`;
  const [changed] = await db
    .update(users)
    .set({ email, emailVerifiedAt: new Date() })
    .where(and(eq(users.id, userId), taken))
    .returning({ id: users.id });
  return changed;
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
  return user;
}

/** Everything held about a person, without a secret in it. */
export async function readAccount(db: Db, userId: string) {
  const [user] = await db
    .select({
      id: users.id,
      email: users.email,
      emailVerifiedAt: users.emailVerifiedAt,
      name: users.name,
      username: users.username,
      locale: users.locale,
      zoneinfo: users.zoneinfo,
      role: users.role,
      createdAt: users.createdAt,
    })
    .from(users)
    .where(eq(users.id, userId));
  const [password] = await db
    .select({ changedAt: passwords.changedAt })
    .from(passwords)
    .where(eq(passwords.userId, userId));
  const [totp] = await db
    .select({ enrolledAt: totpSecrets.confirmedAt })
    .from(totpSecrets)
    .where(eq(totpSecrets.userId, userId));
  return {
    user,
    password: password ?? null,
    authenticatorApp: totp ?? null,
    passkeys: await passkeysOf(db, userId),
    sessions: await sessionsOf(db, userId),
    connectedApps: await connectedAppsOf(db, userId),
    activity: await activityOf(db, userId),
    ...(await addedData(db, userId)),
  };
}

/** What extensions store of a person, each under its name. */
async function addedData(db: Db, userId: string) {
  const added = Object.entries(extensions).filter(([, { personalData }]) => personalData);
  const data = added.map(async ([name, { personalData }]) => [name, await personalData?.(db, userId)] as const);
  return Object.fromEntries(await Promise.all(data));
}

const passkeysOf = (db: Db, userId: string) =>
  db
    .select({
      id: passkeys.id,
      credentialId: passkeys.credentialId,
      name: passkeys.name,
      aaguid: passkeys.aaguid,
      transports: passkeys.transports,
      backupEligible: passkeys.backupEligible,
      backupState: passkeys.backupState,
      createdAt: passkeys.createdAt,
      lastUsedAt: passkeys.lastUsedAt,
      removedAt: passkeys.removedAt,
    })
    .from(passkeys)
    .where(eq(passkeys.userId, userId));

const sessionsOf = (db: Db, userId: string) =>
  db
    .select({
      id: sessions.id,
      address: sessions.address,
      browser: sessions.browser,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
    })
    .from(sessions)
    .where(eq(sessions.userId, userId));

const connectedAppsOf = (db: Db, userId: string) =>
  db
    .select({
      id: grants.clientId,
      name: clients.name,
      scopes: grants.scopes,
      claims: grants.claims,
      createdAt: grants.createdAt,
      lastUsedAt: grants.lastUsedAt,
    })
    .from(grants)
    .innerJoin(clients, eq(clients.id, grants.clientId))
    .where(eq(grants.userId, userId));

const activityOf = (db: Db, userId: string) =>
  db
    .select({
      at: auditEvents.at,
      type: auditEvents.type,
      outcome: auditEvents.outcome,
      address: auditEvents.address,
      browser: auditEvents.browser,
    })
    .from(auditEvents)
    .where(eq(auditEvents.subjectId, userId));
