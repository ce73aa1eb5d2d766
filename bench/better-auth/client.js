// Registers the app that signs people in, and prints its id and secret.
import { auth } from './auth.js';

const body = { name: 'Owner', email: 'owner@example.com', password: 'a password of some length' };
const owner = await auth.api.signUpEmail({ body, asResponse: true });
const cookie = owner.headers
  .getSetCookie()
  .map((one) => one.split(';')[0])
  .join('; ');
const { client_id, client_secret } = await auth.api.adminCreateOAuthClient({
  headers: new Headers({ cookie }),
  body: {
    client_name: 'App',
    redirect_uris: [process.argv[2]],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_method: 'client_secret_basic',
    scope: 'openid profile email offline_access',
    skip_consent: true,
    client_credentials_scopes: ['api'],
  },
});
console.log(JSON.stringify({ id: client_id, secret: client_secret }));
await auth.options.database.end();
