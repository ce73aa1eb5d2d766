import { db } from '@/db';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import { hashToken, randomToken } from '@/lib/crypto';
import { requestContextFrom } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { fromNow, HOURS } from '@/lib/time';
import { deleteLinks, emailAddress, findUserByEmail, lockUser } from '@/lib/users';
import { insertLink } from './queries';

const LIFETIME = 1 * HOURS;

/**
 * Makes a one-time link that opens an account, for whoever runs the machine: no second factor is asked, and nothing that
 * it leads to is held. It is printed, sent to nobody, and written down.
 */
export async function breakGlass(address: string) {
  const email = emailAddress.safeParse(address).data;
  const user = email && (await findUserByEmail(db, email));
  if (!user) return fail(`No account has the address ${address}.`);
  if (user.disabledAt)
    return fail(`The account of ${email} is disabled. Let an administrator enable it under “Users”.`);
  const token = randomToken();
  const link = { userId: user.id, email, tokenHash: hashToken(token), expiresAt: fromNow(LIFETIME) };
  await db.transaction(async (tx) => {
    await lockUser(tx, user.id);
    await deleteLinks(tx, user.id, { purpose: 'recover', fromCommandLine: true });
    await insertLink(tx, { ...link, purpose: 'recover', breakGlass: true });
    const context = { ...requestContextFrom(new Headers()), browser: 'latchkey recover' };
    await record(tx, { type: 'recovery.break-glass', subjectId: user.id }, context);
  });
  return ok(`Open this within an hour; it works once, and ends the other sessions of ${user.name}:
${config.publicUrl}/recover/${token}`);
}
