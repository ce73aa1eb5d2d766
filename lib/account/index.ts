import 'server-only';
import { z } from 'zod';
import { type Session, sessionOf } from '@/lib/actor';
import { accountDeletedEmail, deleteFailedTo, sendEmail } from '@/lib/mail';
import { operation } from '@/lib/operation';
import { fail, ok } from '@/lib/result';
import { isHeld } from '@/lib/sessions';
import { isLastAdministrator } from '@/lib/users';
import { deleteUser, readAccount } from './queries';

export { confirmAddress, requestAddressChange, requestConfirmation } from './address';
export { changeRegion, type Profile, readProfile, renameAccount } from './profile';

/** GDPR Art. 15 and 20. */
export const exportAccount = operation({
  name: 'account.export',
  summary: 'Everything held about the signed-in user, without secrets.',
  access: 'recent-session',
  output: z.record(z.string(), z.unknown()),
  run: async (_, { tx, session: { userId }, record }) => {
    await record('export.created', { subjectId: userId });
    return ok(await readAccount(tx, userId));
  },
});

/** Why an account stays, as far as the request itself says: nobody else's row is held for it. */
function deletionProblem(confirm: string, session: Session) {
  if (confirm.trim().toLowerCase() !== session.email) return 'confirmation_mismatch';
  return isHeld(session) ? 'on_hold' : undefined;
}

/** The last administrator has to stay. */
export const deleteAccount = operation({
  name: 'account.delete',
  summary: 'Deletes the signed-in user with passkeys, sessions, codes and links.',
  access: 'recent-session',
  /** The address of the account, typed to show that it is meant. */
  input: z.object({ confirm: z.string().max(1000) }),
  refusals: ['confirmation_mismatch', 'on_hold', 'last_administrator'],
  lock: (tx, { confirm }, actor) => {
    const session = sessionOf(actor);
    return deletionProblem(confirm, session) ? undefined : isLastAdministrator(tx, session.userId);
  },
  run: async ({ confirm }, { tx, session, record }) => {
    const { userId, email } = session;
    const problem = deletionProblem(confirm, session);
    if (problem) return fail(problem);
    if (await isLastAdministrator(tx, userId)) return fail('last_administrator');
    await record('account.deleted', { subjectId: userId });
    await deleteUser(tx, userId);
    await deleteFailedTo(tx, email);
    await sendEmail(tx, accountDeletedEmail(email), { userId: null });
    return ok({});
  },
});
