import { z } from 'zod';
import { operation } from '@/lib/operation';
import { next, pageInput, readPage } from '@/lib/page-of';
import { listPasskeysOf } from '@/lib/passkeys';
import { fail, ok } from '@/lib/result';
import { rowId } from '@/lib/row-id';
import { instant } from '@/lib/time';
import { emailAddress, findListedUser, type ListedUser, listUserPage } from '@/lib/users';

/** A user as whoever manages users sees one: nothing that opens the account. */
const user = z.object({
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

const passkey = z.object({
  id: rowId,
  name: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  /** Since when it may have been copied or replaced. */
  suspectSince: instant.nullable(),
});

const userOf = ({ passkeys: passkeyCount, ...row }: ListedUser) => ({ ...row, passkeyCount });

export const readUsers = operation({
  name: 'users.list',
  summary: 'Lists everybody who has an account, the oldest first, page by page; or whoever has an address.',
  access: 'users.read',
  reads: true,
  input: z.object({ ...pageInput, email: emailAddress.optional() }),
  output: z.object({ users: z.array(user), next }),
  run: async ({ email, ...paging }, { tx }) => {
    const { page, next } = await readPage(paging, (limit, after) => listUserPage(tx, { limit, after, email }));
    return ok({ users: page.map(userOf), next });
  },
});

export const showUser = operation({
  name: 'users.show',
  summary: 'Shows a user with their passkeys.',
  access: 'users.read',
  reads: true,
  input: z.object({ id: rowId }),
  output: user.extend({ passkeys: z.array(passkey) }),
  refusals: ['user_not_found'],
  run: async ({ id }, { tx }) => {
    const row = await findListedUser(tx, id);
    if (!row) return fail('user_not_found');
    return ok({ ...userOf(row), passkeys: await listPasskeysOf(id, tx) });
  },
});
