import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { columns, prepared } from '@/db';
import { passkeys, passwords, recoveryCodes, settings, totpSecrets, users } from '@/db/schema';
import { listedColumns } from '@/lib/passkeys';

/**
 * All that somebody has to sign in with, and what else its pages judge it by, in one statement: a row for each passkey, oldest
 * first, and one row without where there is none. Complete, because of an incomplete list browsers forget valid passkeys.
 */
export const listWaysIn = prepared<{ userId: string }>()((value, db) =>
  db
    .select({
      user: columns(users, 'handle', 'emailVerifiedAt', 'recoversUnconfirmed'),
      passkey: listedColumns,
      password: columns(passwords, 'changedAt', 'recoveryId', 'heldUntil'),
      totp: columns(totpSecrets, 'confirmedAt', 'recoveryId', 'heldUntil'),
      codesLeft: sql<number>`(select count(*)::int from ${recoveryCodes}
        where ${recoveryCodes.userId} = ${users.id} and ${recoveryCodes.usedAt} is null)`,
      passkeyIsTwoFactors: sql<boolean>`coalesce((select ${settings.passkeyIsTwoFactors} from ${settings}), true)`,
    })
    .from(users)
    .leftJoin(passkeys, and(eq(passkeys.userId, users.id), isNull(passkeys.removedAt)))
    .leftJoin(passwords, eq(passwords.userId, users.id))
    .leftJoin(totpSecrets, eq(totpSecrets.userId, users.id))
    .where(eq(users.id, value.userId))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id)),
);
