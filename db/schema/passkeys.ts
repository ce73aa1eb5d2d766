import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, createdAt, id, instant, origin } from '../columns';
import { ownerId } from './users';

export const attachments = ['platform', 'cross-platform'] as const;

/** The credential record of WebAuthn §4. A removed passkey stays on record (requirement D10) and opens nothing. */
export const passkeys = pgTable(
  'passkeys',
  {
    id: id(),
    userId: ownerId(),
    credentialId: text().notNull().unique(),
    publicKey: bytes().notNull(),
    aaguid: uuid().notNull(),
    signCount: bigint({ mode: 'number' }).notNull(),
    transports: text().array().notNull(),
    authenticatorAttachment: text({ enum: attachments }),
    name: text().notNull(),
    backupEligible: boolean().notNull(),
    backupState: boolean().notNull(),
    uvInitialized: boolean().notNull(),
    discoverable: boolean(),
    attestationFormat: text().notNull(),
    attestationObject: bytes(),
    createdAt: createdAt(),
    lastUsedAt: instant(),
    counterRegressedAt: instant(),
    backupEligibilityChangedAt: instant(),
    removedAt: instant(),
    ...origin(),
  },
  (table) => [
    // Beside the one that keeps it unique, which has four levels at ten million.
    index('passkeys_by_credential').using('hash', table.credentialId),
    index('passkeys_user').on(table.userId),
    check('passkeys_attachment', sql`${table.authenticatorAttachment} in ('platform', 'cross-platform')`),
  ],
);
