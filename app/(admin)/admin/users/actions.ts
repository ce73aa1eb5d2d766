'use server';

import { formOf } from '@/lib/http';
import {
  disableUser,
  enableUser,
  inviteUser,
  recoverUser,
  removeUserPasskey,
  revokeUserSessions,
  setUserRole,
  turnOffTwoStep,
  vouchForAddress,
} from '@/lib/user-management';

const page = '/admin/users';
const silently = () => ({ status: 'done' }) as const;

export const invite = formOf(inviteUser, {
  page,
  done: ({ link = '' }, { email }) => ({
    status: 'done',
    message: `Invitation for ${email} is ready.`,
    data: { link, email },
  }),
});
export const startRecovery = formOf(recoverUser, {
  page,
  done: ({ link }) => ({
    status: 'done',
    message: 'The link works once, for an hour.',
    ...(link && { data: { link } }),
  }),
});
export const disable = formOf(disableUser, { page, done: silently });
export const enable = formOf(enableUser, { page, done: silently });
export const resetSecondFactor = formOf(turnOffTwoStep, { page });
export const endSessions = formOf(revokeUserSessions, { page });
export const removePasskey = formOf(removeUserPasskey, {
  page,
  input: ({ id, userId }) => ({ id: userId, passkeyId: id }),
});
export const setRole = formOf(setUserRole, { page });
export const vouch = formOf(vouchForAddress, { page });
