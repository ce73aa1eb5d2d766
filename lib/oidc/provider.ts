import Provider, { type Configuration } from 'oidc-provider';
import { config } from '@/lib/config';
import { deriveKeys } from '@/lib/crypto';
import { getPublishedKids, listKeys, readJwks } from '@/lib/signing-keys';
import { claimsByScope, findAccount, pairwiseIdentifier } from './accounts';
import { adapterFor } from './adapter';
import { checkAssertion } from './client-authentication';
import { ownMetadata } from './client-metadata';
import { deviceDonePath } from './device-done';
import { DEVICE, endpoints } from './endpoints';
import { overrideEngine } from './engine-overrides';
import { renderError } from './error-page';
import { listen, storeDevice } from './events';
import { lifetimes } from './lifetimes';
import { guardedFetch } from './outbound';
import { acrValues, checkClaims, policy } from './policy';
import { loadExistingGrant, mayIntrospect } from './rights';

type Client = InstanceType<Provider['Client']>;
type CachedProvider = { provider: Provider; kids: string };
const store = globalThis as { [key: symbol]: CachedProvider | undefined };
const KEY = Symbol.for('latchkey.oidc-provider');

/**
 * The engine, one a process. It is made anew when the set of signing keys has changed, in this instance or another, so
 * that a rotation needs no restart; `keys` is the version of that set where the request has read it.
 */
export const provider = async (keys?: string) => (await current(keys)).provider;

/** Kept for the whole process: a page, a route and a job each have a copy of this module. */
async function current(version?: string) {
  const kids = await getPublishedKids(version);
  const cached = store[KEY];
  if (cached?.kids === kids.join()) return cached;
  const made = { provider: make({ keys: await readJwks(kids) }), kids: kids.join() };
  store[KEY] = made;
  return made;
}

const cookie = { signed: true, httpOnly: true, overwrite: true, sameSite: 'lax' as const };

/** Every feature that is on; what requirements H exclude, and unsafe defaults of the engine, are off. */
const settings = (jwks: Configuration['jwks']): Configuration => ({
  adapter: adapterFor as never,
  jwks,
  findAccount,
  loadExistingGrant: loadExistingGrant as never,
  pairwiseIdentifier: pairwiseIdentifier as never,
  renderError,
  fetch: guardedFetch,
  claims: { iss: null, sid: null, acr: null, amr: null, auth_time: null, ...claimsByScope } as never,
  scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
  acrValues,
  // Claims are in the ID token as well, where apps look first; in the code flow nobody else sees it.
  conformIdTokenClaims: false,
  responseTypes: ['code'],
  subjectTypes: ['public', 'pairwise'],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
  assertJwtClientAuthClaimsAndHeader: checkAssertion as never,
  enabledJWA: {
    idTokenSigningAlgValues: ['RS256', 'ES256'],
    clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    dPoPSigningAlgValues: ['ES256', 'EdDSA', 'RS256', 'PS256'],
  },
  allowOmittingSingleRegisteredRedirectUri: false,
  pkce: { required: (_, client) => client.requires_pkce !== false },
  rotateRefreshToken: true,
  issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
  extraClientMetadata: { properties: [...ownMetadata] },
  discovery: {
    claims_locales_supported: ['en'],
    ui_locales_supported: ['en'],
    display_values_supported: ['page', 'popup'],
  },
  interactions: { policy: policy(), url: (_, { uid }) => `/interaction/${uid}` },
  clientBasedCORS: (_, origin, client) => client.redirectUris?.some((uri) => originOf(uri) === origin) ?? false,
  ttl: lifetimes(),
  cookies: {
    keys: deriveKeys('oidc-cookies').map((key) => key.toString('base64url')),
    names: { session: name('oidc-session', '__Host-'), interaction: name('interaction'), resume: name('resume') },
    long: { ...cookie, secure: !config.local },
    short: { ...cookie, secure: !config.local },
  },
  routes: { ...endpoints, code_verification: DEVICE },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: { enabled: false },
    registration: { enabled: false },
    requestObjects: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: mayIntrospect as never },
    revocation: { enabled: true },
    claimsParameter: { enabled: true, assertClaimsParameter: checkClaims as never },
    backchannelLogout: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true },
    deviceFlow: {
      enabled: true,
      userCodeInputSource: async (ctx, _form, out, error) => storeDevice(ctx, error?.name ?? out?.error),
      userCodeConfirmSource: async (ctx) => storeDevice(ctx),
      successSource: async (ctx) => ctx.redirect(deviceDonePath('allowed')),
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: async () => undefined,
      postLogoutSuccessSource: async (ctx) => ctx.redirect('/signed-out'),
    },
  },
});

/** An origin as browsers send it. `URL` makes a custom scheme `null`, as browsers do a page without an origin: no match. */
function originOf(uri: string) {
  const { origin, protocol, host } = new URL(uri);
  return origin === 'null' ? `${protocol}//${host}` : origin;
}

/** Under https a name that no subdomain can set (RFC 6265bis §4.1.3); a cookie with a path of its own cannot be `__Host-`. */
function name(what: string, prefix = '__Secure-') {
  return `${config.local ? '' : prefix}latchkey-${what}`;
}

function make(jwks: Configuration['jwks']) {
  const made = new Provider(config.publicUrl, settings(jwks));
  made.proxy = true;
  overrideEngine(made);
  listen(made);
  return made;
}

type Notice = { userId: string; sid: string; jti: string };
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Sends a client the logout token of a session; a repetition has the same `jti` (Back-Channel Logout §2.4). */
export async function notifyClient(client: Client, { userId, sid, jti }: Notice) {
  const { IdToken } = await provider((await listKeys())[0]!.version);
  const token = Object.assign(new IdToken({ sub: userId }, { client, ctx: undefined }), { mask: { sub: null } });
  token.set('events', { [LOGOUT_EVENT]: {} });
  token.set('jti', jti);
  if (client.backchannelLogoutSessionRequired) token.set('sid', sid);
  const response = await guardedFetch(new URL(client.backchannelLogoutUri!), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ logout_token: await token.issue({ use: 'logout' }) }),
  });
  if (![200, 204].includes(response.status))
    throw Object.assign(new Error('the client did not accept it'), { response });
}
