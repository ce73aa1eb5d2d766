import 'server-only';

export { inviteUser, recoverUser, removeUserPasskey, turnOffTwoStep, vouchForAddress } from './access';
export { disableUser, enableUser, revokeUserSessions, setUserRole } from './change';
export { readUsers, showUser } from './read';
