import { z } from 'zod';
import { rowId } from '@/lib/row-id';
import type { ListedUser } from '@/lib/users';

const instant = z.iso.datetime();

/** A user as whoever manages users sees one: nothing that opens the account. */
export const user = z.object({
  id: rowId,
  name: z.string(),
  email: z.string(),
  emailVerifiedAt: instant.nullable(),
  role: z.enum(['member', 'administrator']),
  disabledAt: instant.nullable(),
  /** Since when a second factor is asked for. */
  twoStepSince: instant.nullable(),
  passkeyCount: z.int(),
  createdAt: instant,
});

export const passkey = z.object({
  id: rowId,
  name: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  /** Since when it may have been copied or replaced. */
  suspectSince: instant.nullable(),
});

const text = (at: Date | null) => at?.toISOString() ?? null;

export const userOf = ({ passkeys, emailVerifiedAt, disabledAt, twoStepSince, createdAt, ...row }: ListedUser) => ({
  ...row,
  emailVerifiedAt: text(emailVerifiedAt),
  disabledAt: text(disabledAt),
  twoStepSince: text(twoStepSince),
  createdAt: createdAt.toISOString(),
  passkeyCount: passkeys,
});

type Passkey = { id: string; name: string; createdAt: Date; lastUsedAt: Date | null; suspectSince: Date | null };

export const passkeyOf = ({ createdAt, lastUsedAt, suspectSince, ...row }: Passkey) => ({
  ...row,
  createdAt: createdAt.toISOString(),
  lastUsedAt: text(lastUsedAt),
  suspectSince: text(suspectSince),
});
