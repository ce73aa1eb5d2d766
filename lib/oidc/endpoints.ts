/** The addresses that clients ask, by the engine's names for them. */
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
