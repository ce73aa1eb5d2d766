import type { Db } from '@/db';
import { sendEmail, totpChangedEmail } from '@/lib/mail';
import { clearFactorAttempts } from '@/lib/rate-limits';
import { deleteCodes, deleteTotp } from './queries';

/**
 * Turns a user's authenticator app off and ends its recovery codes, inside the caller's transaction, which holds the user's
 * row; tells whether it was on, which the caller writes down.
 */
export async function clearTotp(tx: Db, { id, email }: { id: string; email: string }) {
  const totp = await deleteTotp(tx, id);
  await deleteCodes(tx, id);
  await clearFactorAttempts(tx, 'second-factor', id);
  if (!totp?.confirmedAt) return false;
  await sendEmail(tx, totpChangedEmail(email, 'off'), { userId: id });
  return true;
}
