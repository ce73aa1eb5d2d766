import { z } from 'zod';
import { displayName } from '@/lib/display-name';
import { type FieldKey, fieldError, message } from '@/lib/messages';
import { rowId } from '@/lib/row-id';
import { addresses, isOwnScheme, isPrivateHttp, logoutAddress } from './addresses';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** PNG, JPEG or WebP by their first bytes, at most 48 KB; nothing that could carry a script. */
const logo = z
  .string()
  .max(70_000, fieldError('logo_too_large'))
  .refine(
    (data) => /^data:image\/(png;base64,iVBORw0KGgo|jpeg;base64,\/9j\/|webp;base64,UklGR)[A-Za-z0-9+/]+=*$/.test(data),
    fieldError('logo_type'),
  )
  .nullable()
  .default(null);

const isPublicKey = (key: Record<string, unknown>) =>
  ['RSA', 'EC', 'OKP'].includes(String(key.kty)) && !['d', 'p', 'q', 'k'].some((secret) => secret in key);

const publicKeys = z
  .array(z.record(z.string(), z.unknown()))
  .min(1, fieldError('jwks_public_only'))
  .max(10, fieldError('jwks_too_many'));

const jwks = z
  .object({ keys: publicKeys }, fieldError('jwks_public_only'))
  .refine(({ keys }) => keys.every(isPublicKey), fieldError('jwks_public_only'))
  .nullable()
  .default(null);

const grantTypes = [
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
  'client_credentials',
] as const;
export const DEVICE_CODE = grantTypes[2];

const chosenScopes = ['profile', 'email', 'groups'] as const;

/** Whether an administrator chooses this scope; the others follow from what an app is. */
export const isChosenScope = (scope: string) => (chosenScopes as readonly string[]).includes(scope);

const flag = (fallback: boolean) => z.boolean().default(fallback);

/** What an administrator may set of a client. */
const shape = {
  name: displayName,
  logo,
  authMethod: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']),
  jwks,
  secretEitherWay: flag(false),
  redirectUris: addresses,
  postLogoutRedirectUris: addresses,
  allowsPrivateHttp: flag(false),
  backchannelLogoutUri: logoutAddress,
  grantTypes: z.array(z.enum(grantTypes)).max(grantTypes.length).default(['authorization_code']),
  /** Besides `openid`, and `offline_access` with refresh tokens. */
  scopes: z.array(z.enum(chosenScopes)).max(chosenScopes.length).default(['profile', 'email']),
  signingAlg: z.enum(['RS256', 'ES256']).default('RS256'),
  subjectType: z.enum(['public', 'pairwise']).default('public'),
  firstParty: flag(false),
  demandedAcr: z.enum(['phr', 'phrh']).nullable().default(null),
  requiresPkce: flag(true),
  groups: z.array(rowId).max(100).default([]),
};

function checkSettings(settings: ClientSettings, context: z.core.$RefinementCtx) {
  const refuse = (path: string, key: FieldKey, values?: { uri: string }) =>
    context.addIssue({ code: 'custom', path: [path], message: message(`fields.${key}`, values) });
  const isPublic = settings.authMethod === 'none';
  const grants = (type: (typeof grantTypes)[number]) => settings.grantTypes.includes(type);
  if (grants('authorization_code') && settings.redirectUris.length === 0)
    refuse('redirectUris', 'redirect_uri_missing');
  if (settings.grantTypes.every((type) => type === 'refresh_token')) refuse('grantTypes', 'grant_type_missing');
  if (isPublic && grants('client_credentials')) refuse('grantTypes', 'client_credentials_need_secret');
  if (settings.authMethod === 'private_key_jwt' && !settings.jwks) refuse('jwks', 'jwks_missing');
  if (!isPublic && settings.redirectUris.length > 0 && settings.redirectUris.every(isOwnScheme))
    refuse('redirectUris', 'redirect_uri_of_server');
  for (const field of ['redirectUris', 'postLogoutRedirectUris'] as const) {
    const uri = settings[field].find(isPrivateHttp);
    if (uri && !settings.allowsPrivateHttp) refuse(field, 'private_http', { uri: uri.slice(0, 80) });
  }
  if (settings.subjectType === 'pairwise' && grants(DEVICE_CODE)) refuse('subjectType', 'pairwise_without_host');
  if (settings.subjectType === 'pairwise' && new Set(settings.redirectUris.map(hostOf)).size > 1)
    refuse('subjectType', 'pairwise_one_host');
  if (isPublic && !settings.requiresPkce) refuse('requiresPkce', 'pkce_required');
}

/** Asked also of an address that was refused already. */
const hostOf = (uri: string) => (URL.canParse(uri) ? new URL(uri).host : uri);

const clientId = /^[A-Za-z0-9._~-]{1,64}$/;

/** Whether a client can have this id at all; what cannot be one is never looked up. */
export const isClientId = (id: string) => clientId.test(id) && !uuid.test(id);

/** Ids that a path cannot hold, because they lead elsewhere (RFC 3986 §5.2.4) or to the form of a new client. */
const segments = ['.', '..', 'new'];

/** A client id of one's own; never of the form of a user's id (RFC 9700 §4.15). */
export const ownClientId = z
  .string()
  .trim()
  .refine((id) => !id || clientId.test(id), fieldError('client_id_characters'))
  .refine((id) => !uuid.test(id), fieldError('client_id_of_user'))
  .refine((id) => !segments.includes(id), fieldError('client_id_reserved'))
  .default('');

export type ClientSettings = z.infer<z.ZodObject<typeof shape>>;

/** The settings of a client, as the example's script has them. */
export const clientSettings = z.object(shape).superRefine(checkSettings);

/** A new client, with an id of its own or one that is made. */
export const newClient = z.object({ id: ownClientId, ...shape }).superRefine(checkSettings);

/**
 * The new settings of a client. What is left out is as it is by default, but for the groups: left out by mistake, they
 * would let in everybody.
 */
export const changedClient = z
  .object({ id: z.string().max(64), ...shape, groups: z.array(rowId).max(100) })
  .superRefine(checkSettings);

/** The settings as they are stored. */
export function columnsOf({ groups: _, jwks, scopes, ...columns }: ClientSettings) {
  const refreshes = columns.grantTypes.includes('refresh_token');
  return {
    ...columns,
    jwks: columns.authMethod === 'private_key_jwt' ? jwks : null,
    grantTypes: grantTypes.filter((type) => columns.grantTypes.includes(type)),
    scopes: [
      'openid',
      ...chosenScopes.filter((scope) => scopes.includes(scope)),
      ...(refreshes ? ['offline_access'] : []),
    ],
  };
}
