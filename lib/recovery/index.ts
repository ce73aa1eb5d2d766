import 'server-only';
import { z } from 'zod';
import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import { hashToken, randomToken } from '@/lib/crypto';
import { confirmOwnAddressEmail, recoveryEmail, sendEmail } from '@/lib/mail';
import { operation } from '@/lib/operation';
import { requestDelivery, takeRequest } from '@/lib/outbox';
import { takeEmailAttempt } from '@/lib/rate-limits';
import { requestContextFrom } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { fromNow, HOURS } from '@/lib/time';
import { deleteLinks, emailAddress, findUserByEmail, lockUser, mayRecoverByMail } from '@/lib/users';
import { consumeLink, findLink, insertLink, type LinkPurpose } from './queries';

export { cancelRecovery, findCancellation, issueCancellation, notifyOfAdded } from './cancel';
export type { LinkPurpose } from './queries';

/** How long a link to an existing account works. */
const LIFETIME = 1 * HOURS;

/**
 * Only the confirmed address of an account gets one. Everything is done after the answer, which is the same for every
 * address, so that neither words nor time tell who has an account (requirement L1).
 */
export const requestRecovery = operation({
  name: 'recovery.request',
  summary: 'Asks for a link that leads back into the account of an address.',
  access: 'anyone',
  limit: 'recovery',
  input: z.object({ email: emailAddress }),
  prepare: async ({ email }, _, context) => (await takeEmailAttempt('recover', email, context)).ok,
  run: async ({ email }, { tx, context }, mayWrite) => {
    await takeRequest(tx, 'recovery-request', { email, mayWrite }, recoveryRequests, context);
    return ok({});
  },
});

/** Processes a request for a recovery link. */
export const recoveryRequests = requestDelivery(async ({ email, mayWrite, context, complete }) => {
  const user = await findUserByEmail(db, email);
  const token = randomToken();
  const confirmed = user && mayRecoverByMail(user);
  const owner = mayWrite && confirmed && !user.disabledAt ? user.id : undefined;
  await db.transaction(async (tx) => {
    if (!(await complete(tx))) return;
    if (owner) await storeLink(tx, 'recover', owner, email, token);
    const unknown = user && !confirmed ? 'address_not_confirmed' : 'no_such_account';
    const reason = !mayWrite ? 'too_many_emails' : owner ? undefined : unknown;
    await record(tx, { type: 'recovery.requested', reason, subjectId: user?.id }, context);
    if (owner)
      await sendEmail(tx, recoveryEmail(email, `${config.publicUrl}/recover/${token}`), { userId: owner, link: token });
  });
});

type Recoverable = { id: string; email: string; emailVerifiedAt: Date | null; recoversUnconfirmed: boolean };

/**
 * Makes a recovery link for somebody whose row the caller's transaction holds, and sends it. It is returned only where no
 * mail goes out.
 */
export async function issueRecoveryLink(tx: Db, user: Recoverable) {
  const confirmed = mayRecoverByMail(user);
  if (!confirmed && config.mail === 'smtp') return fail('address_not_confirmed');
  const token = randomToken();
  const url = `${config.publicUrl}/recover/${token}`;
  await storeLink(tx, 'recover', user.id, user.email, token);
  if (confirmed) await sendEmail(tx, recoveryEmail(user.email, url), { userId: user.id, link: token });
  return ok({ link: config.mail === 'smtp' ? undefined : url });
}

/** The user of this link, if it is valid; it is not consumed. */
export const findUserLink = (purpose: LinkPurpose, token: string) =>
  token.length <= 100 ? findLink(db, purpose, hashToken(token)) : Promise.resolve(undefined);

/**
 * Consumes a link inside the caller's transaction, which begins with it, and returns its user. With it every other link
 * of the person ends that went by mail: after a recovery nobody takes the address, and after a change of address the old mailbox recovers
 * nothing.
 */
export async function consumeUserLink(tx: Db, purpose: LinkPurpose, token: string) {
  const link = await findLink(tx, purpose, hashToken(token));
  const user = link && (await lockUser(tx, link.userId));
  const consumed = user && (await consumeLink(tx, purpose, hashToken(token)));
  if (!consumed) return undefined;
  await deleteLinks(tx, user.id);
  const { id, email, breakGlass } = consumed;
  return { id, user, email: email!, breakGlass };
}

/**
 * Stores a new link of a user inside the caller's transaction, which begins with it; older ones of the same purpose end
 * (requirement F12). Nothing for somebody who is disabled.
 */
export async function storeLink(
  tx: Db,
  purpose: 'recover' | 'verify-email',
  userId: string,
  email: string,
  token: string,
) {
  const user = await lockUser(tx, userId);
  if (!user) return undefined;
  await deleteLinks(tx, userId, { purpose });
  await insertLink(tx, { purpose, userId, email, tokenHash: hashToken(token), expiresAt: fromNow(LIFETIME) });
  return user;
}

/** Stores a link that confirms the user's address, inside the caller's transaction, and sends it. */
export async function sendConfirmation(tx: Db, user: { id: string; email: string }) {
  const token = randomToken();
  await storeLink(tx, 'verify-email', user.id, user.email, token);
  const url = `${config.publicUrl}/confirm-address/${token}`;
  await sendEmail(tx, confirmOwnAddressEmail(user.email, url), { userId: user.id, link: token });
}

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
