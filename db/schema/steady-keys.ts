import { pgTable, text } from 'drizzle-orm/pg-core';
import { bytes, createdAt } from '../columns';

/** Keys that stay when `APP_SECRET` changes, a purpose each; encrypted, as everything that would open something. */
export const steadyKeys = pgTable('steady_keys', {
  purpose: text().primaryKey(),
  keyId: text().notNull(),
  key: bytes().notNull(),
  createdAt: createdAt(),
});
