import type { Db } from '@/db';
import { settings } from '@/db/schema';

export async function findSettings(db: Db) {
  const [row] = await db.select({ passkeyIsTwoFactors: settings.passkeyIsTwoFactors }).from(settings);
  return row ?? { passkeyIsTwoFactors: true };
}

export const upsertSettings = (db: Db, values: { passkeyIsTwoFactors: boolean }) =>
  db
    .insert(settings)
    .values({ id: 1, ...values })
    .onConflictDoUpdate({ target: settings.id, set: values });
