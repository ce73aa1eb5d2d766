import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, createdAt, id, instant } from '../columns';
import { clients } from './clients';
import { sessions } from './sessions';
import { users } from './users';

const clientId = () => text().references(() => clients.id, { onDelete: 'cascade' });
const userId = () => uuid().references(() => users.id, { onDelete: 'cascade' });
const sessionId = () => uuid().references(() => sessions.id, { onDelete: 'cascade' });

/**
 * What the provider's engine keeps: codes, tokens, interactions, its session. Found by hashes, with the content
 * encrypted, so that a leaked table opens nothing; and gone with the session, the user or the client it came from.
 */
export const oidcArtifacts = pgTable(
  'oidc_artifacts',
  {
    idHash: text().primaryKey(),
    model: text().notNull(),
    keyId: text().notNull(),
    payload: bytes().notNull(),
    grantHash: text(),
    uidHash: text(),
    userCodeHash: text(),
    clientId: clientId(),
    userId: userId(),
    sessionId: sessionId(),
    consumedAt: instant(),
    /** When a device last asked for its tokens, and was answered */
    polledAt: instant(),
    expiresAt: instant(),
  },
  (table) => [
    index('oidc_artifacts_of_grant').on(table.grantHash).where(sql`grant_hash is not null`),
    index('oidc_artifacts_by_uid').on(table.uidHash).where(sql`uid_hash is not null`),
    index('oidc_artifacts_by_user_code').on(table.userCodeHash).where(sql`user_code_hash is not null`),
    index('oidc_artifacts_of_session').on(table.sessionId).where(sql`session_id is not null`),
    index('oidc_artifacts_user').on(table.userId, table.clientId),
    index('oidc_artifacts_client').on(table.clientId),
    index('oidc_artifacts_expiry').on(table.expiresAt),
  ],
);

/** What a user lets a client have, until withdrawn. */
export const grants = pgTable(
  'grants',
  {
    userId: userId().notNull(),
    clientId: clientId().notNull(),
    scopes: text().array().notNull(),
    claims: text().array().notNull(),
    createdAt: createdAt(),
    lastUsedAt: instant(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.clientId] }), index('grants_client').on(table.clientId)],
);

/** The clients that a session has signed in to: who is told when it ends. */
export const sessionClients = pgTable(
  'session_clients',
  { sessionId: sessionId().notNull(), clientId: clientId().notNull(), sid: text().notNull() },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.clientId] }),
    index('session_clients_client').on(table.clientId),
  ],
);

/** Where versions before the outbox wrote what clients have to be told; what is left here is moved. Goes with the next release. */
export const logoutNotices = pgTable(
  'logout_notices',
  {
    id: id(),
    clientId: clientId().notNull(),
    userId: uuid().notNull(),
    sessionId: uuid().notNull(),
    sid: text().notNull(),
    attempts: integer().notNull().default(0),
    nextAt: instant().notNull().defaultNow(),
  },
  (table) => [index('logout_notices_client').on(table.clientId), index('logout_notices_next').on(table.nextAt)],
);

/** The keys that sign for us, the private part encrypted. The newest one that has begun signs; the older stay published. */
export const signingKeys = pgTable(
  'signing_keys',
  {
    kid: text().primaryKey(),
    alg: text({ enum: ['RS256', 'ES256'] }).notNull(),
    publicJwk: jsonb().$type<Record<string, string>>().notNull(),
    keyId: text().notNull(),
    privateJwk: bytes().notNull(),
    createdAt: createdAt(),
    signsFrom: instant().notNull(),
    /** Set when a key is taken out at once, because it leaked */
    revokedAt: instant(),
  },
  (table) => [check('signing_keys_alg', sql`${table.alg} in ('RS256', 'ES256')`)],
);
