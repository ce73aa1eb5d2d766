import { z } from 'zod';
import type { Db } from '@/db';
import { type Actor, userIdOf } from '@/lib/actor';
import { config } from '@/lib/config';
import { operation } from '@/lib/operation';
import { removePasskeyOf } from '@/lib/passkeys';
import { takeEmailAttempt } from '@/lib/rate-limits';
import { issueRecoveryLink } from '@/lib/recovery';
import { issueInvitation } from '@/lib/registration-links';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { rowId } from '@/lib/row-id';
import { clearTotp } from '@/lib/second-factors';
import { revokeSessions } from '@/lib/sessions';
import {
  confirmAddress,
  deleteLinks,
  emailAddress,
  isLastAdministrator,
  lockAnyUser,
  lockUsers,
  setDisabled,
  setRole,
} from '@/lib/users';

/** Holds the rows of who is managed and of who acts, before the session or the API key of who acts (decision 0030). */
const lockManaged = (tx: Db, { id }: { id: string }, actor: Actor) =>
  actor.kind === 'command' ? undefined : lockUsers(tx, [id, userIdOf(actor) ?? id]);

/**
 * Holds the row of a user, disabled or not, whom somebody manages, until the transaction ends. An API key reaches no
 * administrator, nor anybody who has just become one.
 */
async function holdManaged(tx: Db, id: string, actor: Actor) {
  const user = await lockAnyUser(tx, id);
  if (!user) return fail('user_not_found');
  if (actor.kind === 'key' && user.role === 'administrator') return fail('administrator_out_of_reach');
  return ok(user);
}

/** The same for somebody who is not disabled. */
async function holdActive(tx: Db, id: string, actor: Actor) {
  const held = await holdManaged(tx, id, actor);
  return held.ok && held.value.disabledAt ? fail('user_not_found') : held;
}

/** What operations on a user have in common. */
const onUser = {
  input: z.object({ id: rowId }),
  refusals: ['user_not_found', 'administrator_out_of_reach'],
  lock: lockManaged,
} as const;

/** Whoever runs the machine may disable an administrator too, but never the last. */
export const disableUser = operation({
  ...onUser,
  name: 'users.disable',
  summary: 'Disables a user; their sessions and every open link end at once, and nothing signs in to the account.',
  access: 'users.write',
  refusals: [...onUser.refusals, 'user_is_administrator', 'last_administrator'],
  run: async ({ id }, { tx, actor, record, context }) => {
    const byCommand = actor.kind === 'command';
    if (byCommand && (await isLastAdministrator(tx, id))) return fail('last_administrator');
    const held = await holdManaged(tx, id, actor);
    if (!held.ok) return held;
    if (held.value.role === 'administrator' && !byCommand) return fail('user_is_administrator');
    if (held.value.disabledAt) return ok({});
    await setDisabled(tx, id, new Date());
    await revokeSessions(tx, { userId: id, actor, reason: 'user_disabled' }, context);
    await deleteLinks(tx, id, { fromCommandLine: true });
    await record('admin.user-disabled', { subjectId: id });
    return ok({});
  },
});

export const enableUser = operation({
  ...onUser,
  name: 'users.enable',
  summary: 'Enables a user who was disabled.',
  access: 'users.write',
  run: async ({ id }, { tx, actor, record }) => {
    const held = await holdManaged(tx, id, actor);
    if (!held.ok) return held;
    if (!held.value.disabledAt) return ok({});
    await setDisabled(tx, id, null);
    await record('admin.user-enabled', { subjectId: id });
    return ok({});
  },
});

/** Their sessions end with it (requirement G2), and none that is beginning lasts beyond it. */
export const setUserRole = operation({
  name: 'users.set_role',
  summary: 'Makes a user an administrator, or a member again; one administrator stays.',
  access: 'roles.write',
  input: onUser.input.extend({ role: z.enum(['member', 'administrator']) }),
  refusals: [...onUser.refusals, 'last_administrator'],
  lock: (tx, { id, role }, actor) => (role === 'member' ? isLastAdministrator(tx, id) : lockManaged(tx, { id }, actor)),
  run: async ({ id, role }, { tx, actor, record, context }) => {
    if (role === 'member' && (await isLastAdministrator(tx, id))) return fail('last_administrator');
    const held = await holdActive(tx, id, actor);
    if (!held.ok) return held;
    await setRole(tx, id, role);
    await revokeSessions(tx, { userId: id, actor, reason: 'role_changed' }, context);
    await record('admin.role-changed', { subjectId: id, details: { role } });
    return ok({});
  },
});

/** As an administrator may (requirement G6). */
export const revokeUserSessions = operation({
  ...onUser,
  name: 'users.revoke_sessions',
  summary: 'Ends every session of a user, and the sign-ins that are under way.',
  access: 'users.write',
  output: z.object({ ended: z.int() }),
  run: async ({ id }, { tx, actor, context }) => {
    const held = await holdManaged(tx, id, actor);
    return held.ok ? ok({ ended: await revokeSessions(tx, { userId: id, actor }, context) }) : held;
  },
});

/** What opens an account, for the one moment in which it is shown; never to an API key. */
const link = z.string().optional();

/** Why a program may have no invitation sent there, or nothing: a key that leaked fills no mailbox. Counts what it has sent. */
async function whyNotMailed(email: string, { kind }: Actor, context: RequestContext) {
  if (kind !== 'key') return undefined;
  if (config.mail === 'none') return 'mail_required';
  return (await takeEmailAttempt('invite', email, context)).ok ? undefined : 'too_many_emails';
}

/**
 * The link is for whoever asks, to be handed over; an API key is given none, so that what a program has leaked makes nobody
 * an account. It invites by mail alone.
 */
export const inviteUser = operation({
  name: 'users.invite',
  summary:
    'Invites an address; a link to hand over is in the answer, but not for an API key, which invites by mail alone.',
  access: 'users.write',
  input: z.object({ email: emailAddress }),
  output: z.object({ link }),
  secrets: ['link'],
  refusals: ['address_taken', 'invitations_closed', 'mail_required', 'too_many_emails'],
  prepare: ({ email }, actor, context) => whyNotMailed(email, actor, context),
  run: async ({ email }, { tx, actor, record }, refused) => {
    if (refused) return fail(refused);
    const handedOver = actor.kind !== 'key';
    const inviter = actor.kind === 'session' ? actor.session.name : undefined;
    const invited = await issueInvitation(tx, email, { createdBy: userIdOf(actor), inviter, handedOver });
    if (invited.ok) await record('invitation.created');
    return invited;
  },
});

/**
 * Only where no mail goes out is the link given to whoever asks, to be handed over: anywhere else it goes to its owner
 * alone (requirement F18), and to no address that nobody has confirmed.
 */
export const recoverUser = operation({
  ...onUser,
  name: 'users.recover',
  summary: 'Sends a user a link that lets them back in; where no mail goes out, the link is in the answer.',
  access: 'users.recover',
  output: z.object({ link }),
  secrets: ['link'],
  refusals: [...onUser.refusals, 'address_not_confirmed'],
  run: async ({ id }, { tx, actor, record }) => {
    const held = await holdActive(tx, id, actor);
    if (!held.ok) return held;
    const issued = await issueRecoveryLink(tx, held.value);
    if (issued.ok) await record('admin.recovery-link', { subjectId: id });
    return issued;
  },
});

/**
 * Removes a passkey that is known to be compromised (requirement D9): the last one too, after which a recovery link lets
 * the person back in. One's own goes the owner's way, which keeps the last.
 */
export const removeUserPasskey = operation({
  ...onUser,
  name: 'users.remove_passkey',
  summary: 'Removes a passkey of a user, also the last, and ends the sessions that it began.',
  access: 'users.write',
  input: onUser.input.extend({ passkeyId: rowId }),
  output: z.object({ name: z.string() }),
  refusals: [...onUser.refusals, 'passkey_not_found', 'own_passkey'],
  run: async ({ id, passkeyId }, { tx, actor, context }) => {
    if (id === userIdOf(actor)) return fail('own_passkey');
    const held = await holdManaged(tx, id, actor);
    if (!held.ok) return held;
    const removed = await removePasskeyOf(tx, { id: passkeyId, userId: id, actor }, context);
    return removed.ok ? ok({ name: removed.value.name }) : fail('passkey_not_found');
  },
});

export const turnOffTwoStep = operation({
  ...onUser,
  name: 'users.turn_off_two_step',
  summary: 'Turns two-step sign-in of a user off and ends their recovery codes; they are told.',
  access: 'users.write',
  output: z.object({ email: z.string() }),
  run: async ({ id }, { tx, actor, record }) => {
    const held = await holdActive(tx, id, actor);
    if (!held.ok) return held;
    if (await clearTotp(tx, held.value)) await record('totp.disabled', { subjectId: id });
    return ok({ email: held.value.email });
  },
});

/**
 * On an administrator's word alone: it lets recovery links go to the address, so no API key gives it. One's own is
 * confirmed by a link, wherever an e-mail can bring one.
 */
export const vouchForAddress = operation({
  name: 'users.vouch_for_address',
  summary: 'Confirms the address of a user on an administrator’s word, if it is still the one that is named.',
  access: 'users.recover',
  input: onUser.input.extend({ email: emailAddress }),
  refusals: ['own_address', 'address_not_vouched'],
  lock: lockManaged,
  run: async ({ id, email }, { tx, actor, record }) => {
    if (id === userIdOf(actor) && config.mail !== 'none') return fail('own_address');
    if (!(await confirmAddress(tx, id, email))) return fail('address_not_vouched');
    await record('admin.address-vouched', { subjectId: id });
    return ok({});
  },
});
