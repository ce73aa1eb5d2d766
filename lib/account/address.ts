import { z } from 'zod';
import { type Session, sessionOf } from '@/lib/actor';
import { byOwner, record as recordEvent } from '@/lib/audit';
import { config } from '@/lib/config';
import { randomToken } from '@/lib/crypto';
import { addressChangedEmail, addressChangingEmail, confirmAddressEmail, sendEmail } from '@/lib/mail';
import { operation, type Scope } from '@/lib/operation';
import { takeEmailAttempt } from '@/lib/rate-limits';
import { consumeUserLink, sendConfirmation, storeLink } from '@/lib/recovery';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { isHeld } from '@/lib/sessions';
import { emailAddress, findUserByEmail } from '@/lib/users';
import { changeAddress } from './queries';

/** Why no link is sent to this address, or nothing. Counts what is sent there for this user. */
async function whyNotSent(email: string, session: Session, context: RequestContext) {
  if (email !== session.email && isHeld(session)) return 'on_hold';
  if (config.mail === 'none') return 'no_mail';
  const counted = await takeEmailAttempt(`verify-email ${session.userId}`, email, context);
  return counted.ok ? undefined : 'too_many_emails';
}

/** Sends a link that confirms the address that the user has. */
async function sendOwnLink({ tx, session: { userId: id, email }, record }: Scope) {
  await record('email.change-requested', { subjectId: id });
  await sendConfirmation(tx, { id, email });
}

/**
 * Asks the new address for its consent and tells the old one. The answer is the same when the new one already has an
 * account; then only the old one hears of it. One's own address is asked as well, where it was never confirmed.
 */
export const requestAddressChange = operation({
  name: 'account.request_address_change',
  summary: 'Sends a link to a new address, which becomes that of the account when the link is opened.',
  access: 'recent-session',
  limit: 'recovery',
  input: z.object({ email: emailAddress }),
  /** Whether it is the address that the account has already. */
  output: z.object({ isOwn: z.boolean() }),
  refusals: ['on_hold', 'no_mail', 'too_many_emails'],
  prepare: ({ email }, actor, context) => whyNotSent(email, sessionOf(actor), context),
  run: async ({ email }, scope, refused) => {
    if (refused) return fail(refused);
    const { tx, session, record } = scope;
    const { userId, email: old } = session;
    if (email === old) {
      await sendOwnLink(scope);
      return ok({ isOwn: true });
    }
    const token = randomToken();
    const taken = await findUserByEmail(tx, email);
    // Also where no e-mail will bring it to anybody: the same statements, so that their time does not tell.
    await storeLink(tx, 'verify-email', userId, email, token);
    await record('email.change-requested', { subjectId: userId, reason: taken && 'address_taken' });
    const message = confirmAddressEmail(email, `${config.publicUrl}/confirm-address/${token}`);
    await sendEmail(tx, message, { userId, link: token, withheld: taken !== undefined });
    await sendEmail(tx, addressChangingEmail(old, email), { userId });
    return ok({ isOwn: false });
  },
});

export const requestConfirmation = operation({
  name: 'account.request_confirmation',
  summary: 'Sends a link that confirms the address that the account has.',
  access: 'session',
  limit: 'recovery',
  output: z.object({ email: z.string() }),
  refusals: ['on_hold', 'no_mail', 'too_many_emails'],
  prepare: (_, actor, context) => {
    const session = sessionOf(actor);
    return whyNotSent(session.email, session, context);
  },
  run: async (_, scope, refused) => {
    if (refused) return fail(refused);
    await sendOwnLink(scope);
    return ok({ email: scope.session.email });
  },
});

/** Makes the confirmed address the user's; the link works once, and the old address is notified. */
export const confirmAddress = operation({
  name: 'account.confirm_address',
  summary: 'Makes the address that a link was sent to that of the account.',
  access: 'anyone',
  limit: 'recovery',
  input: z.object({ token: z.string().min(1).max(100) }),
  output: z.object({ email: z.string(), isNew: z.boolean() }),
  refusals: ['link_expired'],
  run: async ({ token }, { tx, context }) => {
    const link = await consumeUserLink(tx, 'verify-email', token);
    if (!link) return fail('link_expired');
    const { id: userId, email: old } = link.user;
    const { email } = link;
    if (!(await changeAddress(tx, userId, email))) return fail('link_expired');
    const isNew = old !== email;
    // Whose link it is has acted, whoever else is signed in where it was opened.
    await recordEvent(tx, { type: isNew ? 'email.changed' : 'email.confirmed', ...byOwner(userId) }, context);
    if (isNew) await sendEmail(tx, addressChangedEmail(old, email), { userId });
    return ok({ email, isNew });
  },
});
