import { extensions } from '@/extensions';
import { createApiKey, readApiKeys, revokeApiKey } from '@/lib/api-keys';
import { readAuditEvents } from '@/lib/audit-log';
import { createClient, deleteClient, readClients, rotateSecret, showClient, updateClient } from '@/lib/clients';
import { addMember, createGroup, deleteGroup, readGroups, removeMember, renameGroup } from '@/lib/groups';
import { endTokens } from '@/lib/oidc';
import type { AnyOperation } from '@/lib/operation';
import { changeSettings, showSettings } from '@/lib/settings';
import { readKeys, rotateKeys } from '@/lib/signing-keys';
import {
  disableUser,
  enableUser,
  inviteUser,
  readUsers,
  removeUserPasskey,
  revokeUserSessions,
  setUserRole,
  showUser,
  turnOffTwoStep,
  vouchForAddress,
} from '@/lib/user-management';

/** Every operation of the command line, by its words; what stands in `<…>` is a field of its input, the others are options. */
export const commands: Record<string, AnyOperation> = {
  'users list': readUsers,
  'users show <id>': showUser,
  'users invite <email>': inviteUser,
  'users disable <id>': disableUser,
  'users enable <id>': enableUser,
  'users revoke-sessions <id>': revokeUserSessions,
  'users set-role <id> <role>': setUserRole,
  'users remove-passkey <id> <passkey-id>': removeUserPasskey,
  'users turn-off-two-step <id>': turnOffTwoStep,
  'users vouch-for-address <id> <email>': vouchForAddress,
  'groups list': readGroups,
  'groups create <name>': createGroup,
  'groups rename <id> <name>': renameGroup,
  'groups delete <id>': deleteGroup,
  'groups add-member <id> <email>': addMember,
  'groups remove-member <id> <user-id>': removeMember,
  'clients list': readClients,
  'clients show <id>': showClient,
  'clients create <name>': createClient,
  'clients update <id>': updateClient,
  'clients rotate-secret <id>': rotateSecret,
  'clients revoke-tokens <id>': endTokens,
  'clients delete <id>': deleteClient,
  'settings show': showSettings,
  'settings change': changeSettings,
  'signing-keys list': readKeys,
  'signing-keys rotate': rotateKeys,
  'audit list': readAuditEvents,
  'api-keys list': readApiKeys,
  'api-keys create <name>': createApiKey,
  'api-keys revoke <id>': revokeApiKey,
  ...Object.assign({}, ...Object.values(extensions).map(({ commands }) => commands)),
};
