/** The endpoints for clients, by the engine's names for them. */
export const endpoints = {
  authorization: '/oidc/authorize',
  device_authorization: '/oidc/device-authorization',
  end_session: '/oidc/logout',
  introspection: '/oidc/introspect',
  jwks: '/oidc/jwks',
  pushed_authorization_request: '/oidc/par',
  revocation: '/oidc/revoke',
  token: '/oidc/token',
  userinfo: '/oidc/userinfo',
};

export const DEVICE = '/oidc/device';
export const LOGOUT_CONFIRM = `${endpoints.end_session}/confirm`;
const ofBrowsers = [endpoints.authorization, endpoints.end_session, DEVICE];
const published = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', endpoints.jwks];
const ofAnybody = new Set([...Object.values(endpoints), DEVICE, `${endpoints.end_session}/success`, ...published]);
/** Where an interaction goes on. */
const resumes = /^\/oidc\/(authorize|device)\/[\w-]{43}$/;

/** Endpoints to which a browser navigates; the others are called by a client's server or by a script of its page. */
export const isForBrowsers = (path: string) =>
  ofBrowsers.some((endpoint) => path === endpoint || path.startsWith(`${endpoint}/`));

/** The documents that are the same for everybody. */
export const isPublished = (path: string) => published.includes(path);

/**
 * Whether anybody may send a request here. The engine's router takes other spellings for the same address (capitals, a
 * slash at the end), so only its own are let through to it; what a page of ours has to confirm is sent by our action.
 */
export const isOpen = (path: string) => ofAnybody.has(path) || resumes.test(path);
