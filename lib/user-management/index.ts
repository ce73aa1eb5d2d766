import 'server-only';

export { disableUser, enableUser, revokeUserSessions, setUserRole } from './operations';
