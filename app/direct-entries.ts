import * as authorizationServer from './.well-known/oauth-authorization-server/route';
import * as openidConfiguration from './.well-known/openid-configuration/route';
import * as signInOptions from './api/passkeys/authenticate/options/route';
import * as signInVerify from './api/passkeys/authenticate/verify/route';
import * as registerOptions from './api/passkeys/register/options/route';
import * as registerVerify from './api/passkeys/register/verify/route';
import * as stepUpOptions from './api/passkeys/step-up/options/route';
import * as stepUpVerify from './api/passkeys/step-up/verify/route';
import * as healthz from './healthz/route';
import * as oidc from './oidc/[...path]/route';
import * as readyz from './readyz/route';

/** What the front door answers by itself, with the handlers of the route files (decision 0063). */
export const directEntries = {
  '/api/passkeys/authenticate/options': signInOptions,
  '/api/passkeys/authenticate/verify': signInVerify,
  '/api/passkeys/register/options': registerOptions,
  '/api/passkeys/register/verify': registerVerify,
  '/api/passkeys/step-up/options': stepUpOptions,
  '/api/passkeys/step-up/verify': stepUpVerify,
  '/oidc/token': oidc,
  '/oidc/userinfo': oidc,
  '/oidc/introspect': oidc,
  '/oidc/jwks': oidc,
  '/.well-known/openid-configuration': openidConfiguration,
  '/.well-known/oauth-authorization-server': authorizationServer,
  '/healthz': healthz,
  '/readyz': readyz,
};
