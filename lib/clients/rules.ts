import { z } from 'zod';
import { displayName } from '@/lib/display-name';
import { addresses, isOwnScheme, isPrivateHttp, logoutAddress } from './addresses';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** PNG, JPEG or WebP by their first bytes, at most 48 KB; nothing that could carry a script. */
const logo = z
  .string()
  .max(70_000, 'The picture is larger than 48 KB.')
  .transform((data) => data || null)
  .refine(
    (data) =>
      !data || /^data:image\/(png;base64,iVBORw0KGgo|jpeg;base64,\/9j\/|webp;base64,UklGR)[A-Za-z0-9+/]+=*$/.test(data),
    'Choose a PNG, JPEG or WebP picture.',
  )
  .default(null);

const jwks = z
  .string()
  .max(20_000)
  .default('')
  .transform((text, context) => {
    if (!text.trim()) return null;
    const keys = parsedKeys(text);
    if (keys) return { keys };
    context.addIssue('Paste a JSON Web Key Set with public keys only: {"keys":[…]}.');
    return z.NEVER;
  });

function parsedKeys(text: string) {
  const set = z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(10) });
  try {
    const { keys } = set.parse(JSON.parse(text));
    const isPublic = (key: Record<string, unknown>) =>
      ['RSA', 'EC', 'OKP'].includes(String(key.kty)) && !['d', 'p', 'q', 'k'].some((secret) => secret in key);
    return keys.every(isPublic) ? keys : undefined;
  } catch {
    return undefined;
  }
}

const ticked = z
  .literal('on')
  .optional()
  .transform((value) => value === 'on');

/** Every group is a box of its own, `group.<id>`, so that a form sends several without a script. */
function withGroups(form: unknown) {
  if (typeof form !== 'object' || form === null || 'groups' in form) return form;
  const boxes = Object.keys(form).filter((name) => name.startsWith('group.'));
  return { ...form, groups: boxes.map((name) => name.slice('group.'.length)).join() };
}

const settings = z
  .object({
    name: displayName,
    logo,
    authMethod: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']),
    jwks,
    secretEitherWay: ticked,
    redirectUris: addresses,
    postLogoutRedirectUris: addresses,
    allowsPrivateHttp: ticked,
    backchannelLogoutUri: logoutAddress,
    authorizationCode: ticked,
    refreshToken: ticked,
    deviceCode: ticked,
    clientCredentials: ticked,
    profile: ticked,
    email: ticked,
    groupsClaim: ticked,
    signingAlg: z.enum(['RS256', 'ES256']),
    subjectType: z.enum(['public', 'pairwise']),
    firstParty: ticked,
    demandedAcr: z.enum(['', 'phr', 'phrh']).transform((acr) => acr || null),
    requiresPkce: ticked,
    groups: z
      .string()
      .max(5000)
      .default('')
      .transform((ids) => ids.split(',').filter((id) => uuid.test(id))),
  })
  .superRefine((given, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const isPublic = given.authMethod === 'none';
    if (given.authorizationCode && given.redirectUris.length === 0)
      refuse('redirectUris', 'Give at least one address.');
    if (!given.authorizationCode && !given.deviceCode && !given.clientCredentials)
      refuse('authorizationCode', 'Choose at least one way to get tokens.');
    if (isPublic && given.clientCredentials)
      refuse('clientCredentials', 'An app without a secret cannot have tokens of its own.');
    if (given.authMethod === 'private_key_jwt' && !given.jwks) refuse('jwks', 'Paste the public keys of the app.');
    if (!isPublic && given.redirectUris.length > 0 && given.redirectUris.every(isOwnScheme))
      refuse(
        'redirectUris',
        'An app with a secret is on a server: give its address there, which begins with https://.',
      );
    for (const field of ['redirectUris', 'postLogoutRedirectUris'] as const) {
      const uri = given[field].find(isPrivateHttp);
      if (uri && !given.allowsPrivateHttp)
        refuse(field, `${uri.slice(0, 80)} begins with http://. Allow that below if it is in your own network.`);
    }
    if (given.subjectType === 'pairwise' && given.deviceCode)
      refuse('subjectType', 'With sign-in on devices the identifier has to be the same for all.');
    if (given.subjectType === 'pairwise' && new Set(given.redirectUris.map(hostOf)).size > 1)
      refuse('subjectType', 'An identifier of its own needs all addresses on one host.');
    if (isPublic && !given.requiresPkce) refuse('requiresPkce', 'An app without a secret always needs PKCE.');
  });

/** What an administrator may set of a client, as a form sends it. */
export const clientSettings = z.preprocess(withGroups, settings);

/** Asked also of an address that was refused already. */
const hostOf = (uri: string) => (URL.canParse(uri) ? new URL(uri).host : uri);

const clientId = /^[A-Za-z0-9._~-]{1,64}$/;

/** Whether a client can have this id at all; what cannot be one is never looked up. */
export const isClientId = (id: string) => clientId.test(id) && !uuid.test(id);

/** A client id of one's own; never of the form of a user's id (RFC 9700 §4.15). */
export const ownClientId = z
  .string()
  .trim()
  .refine((id) => !id || clientId.test(id), 'Use letters, digits, dots, dashes and underscores, at most 64.')
  .refine((id) => !uuid.test(id), 'An id of this form is a user’s. Choose another.')
  .default('');

export type ClientSettings = z.infer<typeof clientSettings>;

/** The settings as they are kept. */
export function columnsOf(given: ClientSettings) {
  const { authorizationCode, refreshToken, deviceCode, clientCredentials, profile, email, groupsClaim, ...same } =
    given;
  const { groups: _, jwks: keys, ...columns } = same;
  const chosen = (choices: [boolean, string][]) => choices.filter(([on]) => on).map(([, name]) => name);
  return {
    ...columns,
    jwks: given.authMethod === 'private_key_jwt' ? keys : null,
    scopes: chosen([
      [true, 'openid'],
      [profile, 'profile'],
      [email, 'email'],
      [groupsClaim, 'groups'],
      [refreshToken, 'offline_access'],
    ]),
    grantTypes: chosen([
      [authorizationCode, 'authorization_code'],
      [refreshToken, 'refresh_token'],
      [deviceCode, 'urn:ietf:params:oauth:grant-type:device_code'],
      [clientCredentials, 'client_credentials'],
    ]),
  };
}
