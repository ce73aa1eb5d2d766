import 'server-only';
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type Db, db } from '@/db';
import { byOwner, record } from '@/lib/audit';
import { config } from '@/lib/config';
import { deriveKeys, hashToken, randomToken } from '@/lib/crypto';
import { displayName } from '@/lib/display-name';
import { alreadySignedUpEmail, invitationEmail, sendEmail, signUpEmail } from '@/lib/mail';
import { operation } from '@/lib/operation';
import { requestDelivery, takeRequest } from '@/lib/outbox';
import { takeEmailAttempt } from '@/lib/rate-limits';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { DAYS, fromNow, HOURS } from '@/lib/time';
import { countAdministrators, emailAddress, findUserByEmail, insertUser, newUserHandle } from '@/lib/users';
import {
  consumeLink,
  deleteLinksTo,
  deleteOpenLinks,
  findLiveLink,
  insertLink,
  type RegistrationLink,
  storeSetupLink,
  updateLink,
  upsertSetupLink,
} from './queries';

export { lockRegistrationLink, purgeRegistrationLinks, type RegistrationLink } from './queries';

const SIGN_UP_LINK = 1 * HOURS;
const INVITATION = 7 * DAYS;
const SETUP_LINK = 1 * DAYS;

/**
 * Known addresses get an e-mail too, and all the work is done after the answer, so that neither the page nor its time
 * tells who has an account (requirement L4).
 */
export const requestSignUp = operation({
  name: 'sign_up.request',
  summary: 'Asks for an account: a link to make it goes to the address.',
  access: 'signed-out',
  limit: 'sign-up',
  input: z.object({ email: emailAddress, name: displayName }),
  refusals: ['sign_up_closed'],
  prepare: async ({ email }, _, context) =>
    config.signUp === 'open' ? (await takeEmailAttempt('sign-up', email, context)).ok : undefined,
  run: async (requested, { tx, context }, mayWrite) => {
    if (mayWrite === undefined) return fail('sign_up_closed');
    await takeRequest(tx, 'sign-up-request', { ...requested, mayWrite }, signUpRequests, context);
    return ok({});
  },
});

/** Processes a request for an account. */
export const signUpRequests = requestDelivery(async ({ email, name, mayWrite, context, complete }) => {
  const user = await findUserByEmail(db, email);
  const token = randomToken();
  await db.transaction(async (tx) => {
    if (!(await complete(tx))) return;
    const reason = !mayWrite ? 'too_many_emails' : user ? 'known_address' : undefined;
    await record(tx, { type: 'sign-up.requested', reason, subjectId: user?.id }, context);
    if (!mayWrite) return;
    await deleteLinksTo(tx, 'sign-up', email);
    const made = { tokenHash: hashToken(token), userHandle: newUserHandle(), expiresAt: fromNow(SIGN_UP_LINK) };
    if (user) return sendEmail(tx, alreadySignedUpEmail(email), { userId: user.id });
    await insertLink(tx, { ...made, purpose: 'sign-up', email, name, mailed: true });
    await sendEmail(tx, signUpEmail(email, link('sign-up', token)), { userId: null, link: token });
  });
});

type InvitationOptions = { createdBy?: string; inviter?: string; handedOver: boolean };

/**
 * Makes an invitation inside the caller's transaction. The link to hand over is returned, if there is to be one; where mail
 * goes out, an e-mail has one of its own: only whoever opens that one is known to read the mailbox. Once either has made the
 * account, the other opens nothing.
 */
export async function issueInvitation(tx: Db, email: string, { createdBy, inviter, handedOver }: InvitationOptions) {
  if (config.signUp === 'closed') return fail('invitations_closed');
  if (await findUserByEmail(tx, email)) return fail('address_taken');
  const shown = handedOver ? randomToken() : undefined;
  const mailed = config.mail === 'none' ? undefined : randomToken();
  await deleteLinksTo(tx, 'invite', email);
  for (const token of [shown, mailed].filter((token) => token !== undefined)) {
    const tokenFields = { tokenHash: hashToken(token), userHandle: newUserHandle(), mailed: token === mailed };
    await insertLink(tx, { ...tokenFields, purpose: 'invite', email, createdBy, expiresAt: fromNow(INVITATION) });
  }
  if (mailed)
    await sendEmail(tx, invitationEmail(email, link('invite', mailed), inviter), { userId: null, link: mailed });
  return ok({ link: shown && link('invite', shown) });
}

/**
 * The one-time link that makes the first administrator, or nothing once there is one. Its token is derived from
 * `APP_SECRET`, so that every start and every instance prints the same link and the table still holds only a hash. The
 * link of a secret that is in the list stays the one, so that a rotation ends none that was handed over.
 */
export async function issueSetupLink() {
  if ((await countAdministrators(db)) > 0) return undefined;
  const tokens = deriveKeys('setup-link').map((key) =>
    createHmac('sha256', key).update('first administrator').digest('base64url'),
  );
  const storedHash = await storeSetupLink(db, tokens.map(hashToken));
  const token = tokens.find((one) => hashToken(one) === storedHash) ?? tokens[0]!;
  await upsertSetupLink(db, hashToken(token), newUserHandle(), fromNow(SETUP_LINK));
  return link('setup', token);
}

/** Finds a registration link, if it is valid; it is not consumed. */
export const findRegistrationLink = (token: string | undefined) =>
  token && token.length <= 100 ? findLiveLink(db, hashToken(token)) : Promise.resolve(undefined);

export const openRegistrationLink = operation({
  name: 'sign_up.open_link',
  summary: 'Stores the name, and for a setup link the address, that a person chose, for the passkey to be made out to.',
  access: 'signed-out',
  limit: 'enrolment',
  input: z.object({ token: z.string().max(100), name: displayName, email: emailAddress.optional() }),
  refusals: ['link_expired', 'address_missing'],
  run: async ({ token, name, email }, { tx }) => {
    const filled = await updateLink(tx, hashToken(token), name, email);
    if (!filled) return fail('link_expired');
    return filled.email ? ok({}) : fail('address_missing');
  },
});

type Completed = { userId: string; email: string; name: string; stamp: number };

/** Consumes the link and creates its user, inside the caller's transaction. */
export async function completeRegistration(
  tx: Db,
  { id, email, name, purpose, role, userHandle: handle, mailed }: RegistrationLink,
  context: RequestContext,
) {
  if (!email || !name) return fail('link_expired');
  if (await findUserByEmail(tx, email)) return fail('address_taken');
  if (!(await consumeLink(tx, id))) return fail('link_expired');

  const emailVerifiedAt = mailed || purpose === 'sign-up' ? new Date() : null;
  const user = await insertUser(tx, { handle, email, name, role, emailVerifiedAt });
  if (!user) return fail('address_taken');
  await deleteOpenLinks(tx, email);

  const type = purpose === 'setup' ? 'bootstrap.admin-created' : 'account.created';
  await record(tx, { type, ...byOwner(user.id) }, context);
  return ok<Completed>({ userId: user.id, email, name, stamp: user.stamp });
}

const link = (path: 'setup' | 'sign-up' | 'invite', token: string) => `${config.publicUrl}/${path}/${token}`;
