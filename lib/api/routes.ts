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
  recoverUser,
  removeUserPasskey,
  revokeUserSessions,
  setUserRole,
  showUser,
  turnOffTwoStep,
  vouchForAddress,
} from '@/lib/user-management';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An operation that a request names, with what stands in its path. */
export type Route = { method: Method; operation: AnyOperation; params: Record<string, string> };

/**
 * Every operation that programs and the command line reach: its method and its path under `/api/v1`, and its words, where
 * what stands in `<…>` is a field of its input and the others are options.
 */
const table: [AnyOperation, `${Method} /${string}`, string?][] = [
  [readUsers, 'GET /users', 'users list'],
  [showUser, 'GET /users/{id}', 'users show <id>'],
  [inviteUser, 'POST /users/invitations', 'users invite <email>'],
  [disableUser, 'POST /users/{id}/disable', 'users disable <id>'],
  [enableUser, 'POST /users/{id}/enable', 'users enable <id>'],
  [recoverUser, 'POST /users/{id}/recovery'],
  [setUserRole, 'PUT /users/{id}/role', 'users set-role <id> <role>'],
  [vouchForAddress, 'PUT /users/{id}/confirmed-address', 'users vouch-for-address <id> <email>'],
  [revokeUserSessions, 'DELETE /users/{id}/sessions', 'users revoke-sessions <id>'],
  [removeUserPasskey, 'DELETE /users/{id}/passkeys/{passkeyId}', 'users remove-passkey <id> <passkey-id>'],
  [turnOffTwoStep, 'DELETE /users/{id}/two-step', 'users turn-off-two-step <id>'],
  [readGroups, 'GET /groups', 'groups list'],
  [createGroup, 'POST /groups', 'groups create <name>'],
  [renameGroup, 'PATCH /groups/{id}', 'groups rename <id> <name>'],
  [deleteGroup, 'DELETE /groups/{id}', 'groups delete <id>'],
  [addMember, 'POST /groups/{id}/members', 'groups add-member <id> <email>'],
  [removeMember, 'DELETE /groups/{id}/members/{userId}', 'groups remove-member <id> <user-id>'],
  [readClients, 'GET /clients', 'clients list'],
  [createClient, 'POST /clients', 'clients create <name>'],
  [showClient, 'GET /clients/{id}', 'clients show <id>'],
  [updateClient, 'PUT /clients/{id}', 'clients update <id>'],
  [deleteClient, 'DELETE /clients/{id}', 'clients delete <id>'],
  [rotateSecret, 'POST /clients/{id}/secret', 'clients rotate-secret <id>'],
  [endTokens, 'DELETE /clients/{id}/tokens', 'clients revoke-tokens <id>'],
  [showSettings, 'GET /settings', 'settings show'],
  [changeSettings, 'PUT /settings', 'settings change'],
  [readKeys, 'GET /signing-keys', 'signing-keys list'],
  [rotateKeys, 'POST /signing-keys', 'signing-keys rotate'],
  [readAuditEvents, 'GET /audit', 'audit list'],
  [readApiKeys, 'GET /api-keys', 'api-keys list'],
  [createApiKey, 'POST /api-keys', 'api-keys create <name>'],
  [revokeApiKey, 'DELETE /api-keys/{id}', 'api-keys revoke <id>'],
];

/** The operations by method and path, with those of extensions. */
export const routes: Record<`${Method} /${string}`, AnyOperation> = Object.assign(
  Object.fromEntries(table.map(([operation, route]) => [route, operation])),
  ...Object.values(extensions).map((extension) => extension.routes),
);

/** The operations by their words on the command line, with those of extensions. */
export const commands: Record<string, AnyOperation> = Object.assign(
  Object.fromEntries(table.flatMap(([operation, , words]) => (words ? [[words, operation]] : []))),
  ...Object.values(extensions).map((extension) => extension.commands),
);

/** The status of an answer: a POST that answers with an id has created something. */
export const successOf = (method: string, { output }: AnyOperation) =>
  method === 'POST' && 'id' in (output.shape ?? {}) ? 201 : 200;

/**
 * What a path under `/api/v1` means: the operation of a method, its parameters, and the methods that it takes. A path that
 * is spelled out goes before one with parameters.
 */
export function routeOf(method: string, segments: string[]) {
  const all = Object.entries(routes).flatMap(([route, operation]) => {
    const [routeMethod, path = ''] = route.split(' ');
    const params = matchPath(path.split('/').slice(1), segments);
    return params ? [{ method: routeMethod as Method, operation, params } satisfies Route] : [];
  });
  const spelledOut = all.filter(({ params }) => Object.keys(params).length === 0);
  const matches = spelledOut.length > 0 ? spelledOut : all;
  const methods = matches.flatMap((match) => (match.method === 'GET' ? ['GET', 'HEAD'] : [match.method]));
  return { route: matches.find((match) => match.method === method), methods };
}

function matchPath(pattern: string[], segments: string[]) {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index]!;
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}
