import {
  type Connection,
  callback,
  clientAuthenticationOf,
  discoveryOf,
  firstOf,
  hasSecret,
  quoted,
  type Snippet,
  scopeOf,
} from './connection';

/** A line of the snippet, not of this file. */
const importing = (what: string, from: string) => `import ${what} from '${from}';`;

export function openidClient(connection: Connection): Snippet {
  const { issuer, clientId } = connection;
  return {
    title: 'openid-client',
    file: 'sign-in.ts',
    text: `${hasSecret(connection) ? `import { env } from 'node:process';\n` : ''}import * as oidc from 'openid-client';

const provider = await oidc.discovery(
  new URL('${issuer}'), '${clientId}', undefined,
  ${clientAuthenticationOf(connection)},
);

// To sign somebody in: keep verifier and state with the browser, and send it to this address.
const verifier = oidc.randomPKCECodeVerifier();
const state = oidc.randomState();
const address = oidc.buildAuthorizationUrl(provider, {
  redirect_uri: ${quoted(firstOf(connection))},
  scope: '${scopeOf(connection)}',
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
});

// When it comes back, at currentUrl:
const tokens = await oidc.authorizationCodeGrant(provider, currentUrl, {
  pkceCodeVerifier: verifier,
  expectedState: state,
});
const { sub, name, email } = tokens.claims();`,
  };
}

export function authJs(connection: Connection): Snippet {
  const { brand, issuer, clientId, authMethod } = connection;
  return {
    title: 'Auth.js (next-auth 5)',
    file: 'auth.ts',
    redirectUri: callback(connection, '/api/auth/callback/latchkey'),
    text: `${importing('NextAuth', 'next-auth')}

export const { handlers, auth, signIn, signOut } = NextAuth({
  providers: [{
    id: 'latchkey',
    name: ${quoted(brand)},
    type: 'oidc',
    issuer: '${issuer}',
    clientId: '${clientId}',
    // The secret is read from AUTH_LATCHKEY_SECRET.
    client: { token_endpoint_auth_method: '${authMethod}' },
    authorization: { params: { scope: '${scopeOf(connection)}' } },
    checks: ['pkce', 'state', 'nonce'],
  }],
});`,
  };
}

export function nextAuth4(connection: Connection): Snippet {
  const { brand, clientId, authMethod } = connection;
  return {
    title: 'next-auth 4',
    file: 'app/api/auth/[...nextauth]/route.ts',
    redirectUri: callback(connection, '/api/auth/callback/latchkey'),
    text: `${importing('{ env }', 'node:process')}
${importing('NextAuth', 'next-auth')}

const handler = NextAuth({
  providers: [{
    id: 'latchkey',
    name: ${quoted(brand)},
    type: 'oauth',
    wellKnown: '${discoveryOf(connection)}',
    clientId: '${clientId}',
    clientSecret: env.AUTH_LATCHKEY_SECRET,
    client: {
      token_endpoint_auth_method: '${authMethod}',
      id_token_signed_response_alg: '${connection.signingAlg}',
    },
    authorization: { params: { scope: '${scopeOf(connection)}' } },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    profile: ({ sub, name, email }) => ({ id: sub, name, email }),
  }],
});
export { handler as GET, handler as POST };`,
  };
}
