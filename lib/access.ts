/** The permissions that an API key can have: those of operations under `/api/v1`. */
export const keyPermissions = [
  'users.read',
  'users.write',
  'groups.read',
  'groups.write',
  'clients.read',
  'clients.write',
  'settings.read',
  'settings.write',
  'signing-keys.read',
  'signing-keys.write',
  'audit.read',
] as const;

/** The permissions that no API key can have: over accounts, over who else may act, and of operations outside the API. */
const peoplePermissions = ['users.recover', 'roles.write', 'api-keys.read', 'api-keys.write'] as const;

const permissions = [...keyPermissions, ...peoplePermissions];

export type KeyPermission = (typeof keyPermissions)[number];
export type Permission = (typeof permissions)[number];

/** The permissions of each role, beyond one's own account. */
export const roles = { member: [], administrator: permissions } as const satisfies Record<
  string,
  readonly Permission[]
>;

/** What is asked of a session: that it is not held after a recovery, a recent reauthentication, a passkey or two factors. */
type Check = 'not-held' | 'recent' | 'strong';

/** What an access requires of each kind of actor: nothing, a refusal, or for a session a list of checks. */
type Rule = {
  nobody: 'admitted' | 'session_required';
  registration: 'admitted' | 'session_required';
  session: readonly Check[] | 'signed_in';
  key: 'admitted' | 'permission' | 'forbidden';
  command: 'admitted' | 'forbidden';
};

const sessionOnly = {
  nobody: 'session_required',
  registration: 'session_required',
  key: 'forbidden',
  command: 'forbidden',
} as const;

const words = {
  anyone: { nobody: 'admitted', registration: 'admitted', session: [], key: 'admitted', command: 'admitted' },
  'signed-out': { ...sessionOnly, nobody: 'admitted', registration: 'admitted', session: 'signed_in' },
  session: { ...sessionOnly, session: [] },
  'recent-session': { ...sessionOnly, session: ['recent'] },
  registering: { ...sessionOnly, registration: 'admitted', session: [] },
  'may-register': { ...sessionOnly, registration: 'admitted', session: ['recent'] },
} as const satisfies Record<string, Rule>;

/** Who may enter: a word of the table, or what a role or an API key must have been given. */
export type Access = keyof typeof words | Permission;

const isWord = (access: Access): access is keyof typeof words => Object.hasOwn(words, access);

/** The permission that an access asks for, if it is none of the table's words. */
export const permissionOf = (access: Access): Permission | undefined => (isWord(access) ? undefined : access);

/** Whether an API key can be given this. */
export const isKeyPermission = (permission: string) => (keyPermissions as readonly string[]).includes(permission);

/**
 * The one table of who may enter. Reading with a permission asks for the role alone; a change asks a session for a strong
 * and recent reauthentication as well.
 */
export function ruleOf(access: Access): Rule {
  if (isWord(access)) return words[access];
  const session = access.endsWith('.read') ? [] : (['not-held', 'recent', 'strong'] as const);
  const key = isKeyPermission(access) ? 'permission' : 'forbidden';
  return { ...sessionOnly, session, key, command: 'admitted' };
}
