import { createHash, randomBytes } from 'node:crypto';
import type { Browser } from './connection';
import type { Flow } from './round';

/** An app that a provider knows, and where the provider is. */
export type App = {
  id: string;
  secret: string;
  authorize: string;
  token: string;
  credentials?: Record<string, string>;
};

export const callback = 'https://app.example.com/callback';

/** The flows of an app: code flow with PKCE, a new access token, one of its own. Of no consent, because the app is the provider's own. */
export function flowsOf({ id, secret, authorize, token, credentials }: App) {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

  const authorizeAndToken: Flow = async ({ open, post, person }) => {
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      client_id: id,
      response_type: 'code',
      redirect_uri: callback,
      scope: 'openid profile email offline_access',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      state: 'state',
      nonce: 'nonce',
    });
    const landing = await follow(open, `${authorize}?${query}`);
    const code = new URL(landing).searchParams.get('code');
    if (!code) throw new Error(`${authorize} led to ${landing}`);
    const grant = { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier };
    const tokens = await post(token, grant, authorization);
    if (!tokens.id_token) throw new Error('There is no ID token.');
    person.refreshToken = tokens.refresh_token;
  };

  const refresh: Flow = async ({ post, person }) => {
    const grant = { grant_type: 'refresh_token', refresh_token: person.refreshToken ?? '' };
    const tokens = await post(token, grant, authorization);
    person.refreshToken = tokens.refresh_token ?? person.refreshToken;
  };

  const clientCredentials: Flow = async ({ post }) => {
    const tokens = await post(token, { grant_type: 'client_credentials', ...credentials }, authorization);
    if (!tokens.access_token) throw new Error('There is no access token.');
  };

  return { 'authorize + token': authorizeAndToken, refresh, 'client credentials': clientCredentials };
}

/** Goes where it is led until it leaves for the app. */
async function follow(open: Browser['open'], path: string) {
  for (let to = path, hops = 0; hops < 6; hops++) {
    const { location } = await open('GET', to);
    if (location.startsWith(callback)) return location;
    if (!location) throw new Error(`${to} leads nowhere`);
    to = location.replace(/^https?:\/\/[^/]+/, '');
  }
  throw new Error(`${path} goes in circles`);
}
