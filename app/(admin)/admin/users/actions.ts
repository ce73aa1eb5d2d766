'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { formAction, formOf } from '@/lib/http';
import { removePasskeyOf } from '@/lib/passkeys';
import { makeRecoveryLink } from '@/lib/recovery';
import { inviteUser } from '@/lib/registration-links';
import { rowId } from '@/lib/row-id';
import { removeTotp } from '@/lib/second-factors';
import { disableUser, enableUser, revokeUserSessions, setUserRole } from '@/lib/user-management';
import { emailAddress, readUser, vouchForAddress } from '@/lib/users';

const inviteRefusals = {
  'address-taken': 'That address already has an account.',
  'sign-up-closed': 'Sign-up is closed, so invitations are too.',
};
const invitation = z.object({ email: emailAddress });

export const invite = formAction(
  { access: 'users.write', limit: 'manage', input: invitation },
  async ({ email }, { session, context }) => {
    const invited = await inviteUser(email, session, context);
    if (!invited.ok) return { status: 'failed', message: inviteRefusals[invited.error], values: { email } };

    return { status: 'done', message: `Invitation for ${email} is ready.`, data: { link: invited.value, email } };
  },
);

const page = '/admin/users';
const silently = () => ({ status: 'done' }) as const;

export const disable = formOf(disableUser, { page, done: silently });
export const enable = formOf(enableUser, { page, done: silently });
export const endSessions = formOf(revokeUserSessions, { page });
export const setRole = formOf(setUserRole, { page });

const who = z.object({ id: rowId });

const recoveryRefusals = {
  not_found: 'That account is disabled or gone.',
  address_not_confirmed:
    'Nobody has confirmed that address, so no link is sent there. If you know that it is theirs, vouch for it on their page first.',
};

export const startRecovery = formAction(
  { access: 'users.recover', limit: 'manage', input: who },
  async ({ id }, { session, context }) => {
    const made = await makeRecoveryLink(id, session.userId, context);
    if (!made.ok) return { status: 'failed', message: recoveryRefusals[made.error] };

    const data: Record<string, string> = made.value ? { link: made.value } : {};
    return { status: 'done', message: 'The link works once, for an hour.', data };
  },
);

export const resetSecondFactor = formAction(
  { access: 'users.write', limit: 'manage', input: who },
  async ({ id }, { session, context }) => {
    const user = await readUser(id);
    if (!user) return { status: 'failed', message: 'That account is disabled or gone.' };
    await removeTotp({ userId: id, email: user.email, actorId: session.userId }, context);

    revalidatePath('/admin/users');
    return { status: 'done', message: `Two-step sign-in is off for ${user.email}.` };
  },
);

const removalRefusals = {
  not_found: 'That passkey is gone.',
  own_passkey: 'Remove your own passkeys under “Passkeys”.',
};
const passkey = z.object({ id: rowId, userId: rowId });

export const removePasskey = formAction(
  { access: 'users.write', limit: 'manage', input: passkey },
  async ({ id, userId }, { session, context }) => {
    const removed = await removePasskeyOf(userId, id, session, context);
    if (!removed.ok) return { status: 'failed', message: removalRefusals[removed.error] };

    revalidatePath('/admin/users', 'layout');
    return { status: 'done', message: `“${removed.value.name}” is removed.` };
  },
);

const vouchRefusals = {
  own_address: 'Confirm your own address by the link that you get under “Profile”.',
  not_found: 'That address is confirmed already, was changed, or the account is disabled.',
};
const address = z.object({ id: rowId, email: emailAddress });

export const vouch = formAction(
  { access: 'users.write', limit: 'manage', input: address },
  async (user, { session, context }) => {
    const vouched = await vouchForAddress(user, session.userId, context);
    if (!vouched.ok) return { status: 'failed', message: vouchRefusals[vouched.error] };

    revalidatePath('/admin/users', 'layout');
    return { status: 'done', message: `${user.email} counts as confirmed.` };
  },
);
