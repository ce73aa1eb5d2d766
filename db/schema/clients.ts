import { sql } from 'drizzle-orm';
import { boolean, check, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, id, instant } from '../columns';
import { ownerId } from './users';

export const authMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const;
export const subjectTypes = ['public', 'pairwise'] as const;
export const signingAlgs = ['RS256', 'ES256'] as const;

/** An application that signs people in through us. Its secret is kept as a hash only. */
export const clients = pgTable(
  'clients',
  {
    /** OAuth's `client_id`; never of the form of a user's id, so that none can be taken for the other */
    id: text().primaryKey(),
    name: text().notNull(),
    logo: text(),
    authMethod: text({ enum: authMethods }).notNull(),
    secretHash: text(),
    /** Registered before a client was held to its method: the secret is taken in the header and in the form */
    secretEitherWay: boolean().notNull().default(false),
    jwks: jsonb().$type<{ keys: Record<string, unknown>[] }>(),
    redirectUris: text().array().notNull(),
    postLogoutRedirectUris: text().array().notNull(),
    backchannelLogoutUri: text(),
    /** Its addresses may be by http in a network of one's own */
    allowsPrivateHttp: boolean().notNull().default(false),
    scopes: text().array().notNull(),
    grantTypes: text().array().notNull(),
    signingAlg: text({ enum: signingAlgs }).notNull().default('RS256'),
    subjectType: text({ enum: subjectTypes }).notNull().default('public'),
    /** Ours: no consent is asked */
    firstParty: boolean().notNull().default(false),
    /** The least that a sign-in must be: `phr`, or `phrh` for a device-bound passkey */
    demandedAcr: text({ enum: ['phr', 'phrh'] }),
    requiresPkce: boolean().notNull().default(true),
    createdAt: createdAt(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (table) => [
    check('clients_id', sql`${table.id} ~ '^[A-Za-z0-9._~-]{1,64}$'`),
    check(
      'clients_auth_method',
      sql`${table.authMethod} in ('client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none')`,
    ),
    check('clients_signing_alg', sql`${table.signingAlg} in ('RS256', 'ES256')`),
    check('clients_subject_type', sql`${table.subjectType} in ('public', 'pairwise')`),
    check('clients_demanded_acr', sql`${table.demandedAcr} in ('phr', 'phrh')`),
  ],
);

/** People who belong together; a client can be limited to some, and `groups` is a claim. */
export const groups = pgTable('groups', { id: id(), name: text().notNull().unique(), createdAt: createdAt() });

export const groupMembers = pgTable(
  'group_members',
  {
    groupId: uuid()
      .notNull()
      .references(() => groups.id, { onDelete: 'cascade' }),
    userId: ownerId(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.groupId] }), index('group_members_group').on(table.groupId)],
);

/** Without a row here a client is for everybody. */
export const clientGroups = pgTable(
  'client_groups',
  {
    clientId: text()
      .notNull()
      .references(() => clients.id, { onDelete: 'cascade' }),
    // Not cascade: without its last group a client would be for everybody.
    groupId: uuid()
      .notNull()
      .references(() => groups.id, { onDelete: 'restrict' }),
  },
  (table) => [primaryKey({ columns: [table.clientId, table.groupId] }), index('client_groups_group').on(table.groupId)],
);
