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

/** Every operation that programs reach, by its method and its path under `/api/v1`. */
export const routes: Record<`${Method} /${string}`, AnyOperation> = {
  'GET /users': readUsers,
  'GET /users/{id}': showUser,
  'POST /users/invitations': inviteUser,
  'POST /users/{id}/disable': disableUser,
  'POST /users/{id}/enable': enableUser,
  'POST /users/{id}/recovery': recoverUser,
  'PUT /users/{id}/role': setUserRole,
  'PUT /users/{id}/confirmed-address': vouchForAddress,
  'DELETE /users/{id}/sessions': revokeUserSessions,
  'DELETE /users/{id}/passkeys/{passkeyId}': removeUserPasskey,
  'DELETE /users/{id}/two-step': turnOffTwoStep,
  'GET /groups': readGroups,
  'POST /groups': createGroup,
  'PATCH /groups/{id}': renameGroup,
  'DELETE /groups/{id}': deleteGroup,
  'POST /groups/{id}/members': addMember,
  'DELETE /groups/{id}/members/{userId}': removeMember,
  'GET /clients': readClients,
  'POST /clients': createClient,
  'GET /clients/{id}': showClient,
  'PUT /clients/{id}': updateClient,
  'DELETE /clients/{id}': deleteClient,
  'POST /clients/{id}/secret': rotateSecret,
  'DELETE /clients/{id}/tokens': endTokens,
  'GET /settings': showSettings,
  'PUT /settings': changeSettings,
  'GET /signing-keys': readKeys,
  'POST /signing-keys': rotateKeys,
  'GET /audit': readAuditEvents,
  'GET /api-keys': readApiKeys,
  'POST /api-keys': createApiKey,
  'DELETE /api-keys/{id}': revokeApiKey,
  ...Object.assign({}, ...Object.values(extensions).map(({ routes }) => routes)),
};

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
