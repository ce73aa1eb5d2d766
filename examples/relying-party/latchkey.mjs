// Everything that is OpenID Connect. What the libraries check is not checked again here.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { client, postLogoutRedirectUri, redirectUri } from './settings.mjs';

let discovered;

/** Where the endpoints are and which keys sign. Asked at the first need; a failure is not remembered. */
function latchkey() {
  discovered ??= discover().catch((error) => {
    discovered = undefined;
    throw error;
  });
  return discovered;
}

async function discover() {
  // Tokens travel by https only. On this machine, where nobody can listen, http will do.
  const byHttp = client.issuer.protocol === 'http:' && client.issuer.hostname === 'localhost';
  // By itself the library trusts the connection that an ID token came through. Checking the signature costs little.
  const execute = [openid.enableNonRepudiationChecks, ...(byHttp ? [openid.allowInsecureRequests] : [])];
  const authentication = openid.ClientSecretBasic(client.secret);
  const config = await openid.discovery(client.issuer, client.id, undefined, authentication, { execute });
  return { config, keys: createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri)) };
}

/** Where to send somebody who wants to sign in, and what must be remembered until the answer comes. */
export async function beginSignIn() {
  const { config } = await latchkey();
  const checks = {
    // Only who began can redeem the code (RFC 7636), even if somebody else gets to see it.
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    // The answer belongs to a question of ours, and to the browser that asked it.
    expectedState: openid.randomState(),
    // The ID token was made for this question.
    expectedNonce: openid.randomNonce(),
  };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile email groups',
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  return { url, checks };
}

/** Redeems the code in the answer. Throws `AuthorizationResponseError` when there is a refusal in it instead. */
export async function finishSignIn(answer, checks) {
  const { config } = await latchkey();
  const tokens = await openid.authorizationCodeGrant(config, answer, { ...checks, idTokenExpected: true });
  return { claims: tokens.claims(), idToken: tokens.id_token };
}

/** Where to send somebody who wants to be signed out at Latchkey too. The ID token says who, so nothing is asked there. */
export async function signOutUrl(idToken) {
  const { config } = await latchkey();
  return openid.buildEndSessionUrl(config, {
    id_token_hint: idToken,
    post_logout_redirect_uri: postLogoutRedirectUri,
  });
}

const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';
const seen = new Map();

/** Whose session has ended, as Latchkey's server says (OpenID Connect Back-Channel Logout §2.6). Throws if it does not. */
export async function readLogoutToken(token) {
  const { keys } = await latchkey();
  const { payload } = await jwtVerify(token, keys, {
    issuer: client.issuer.origin,
    audience: client.id,
    typ: 'logout+jwt',
    algorithms: ['RS256', 'ES256'],
    requiredClaims: ['jti', 'iat', 'exp', 'events'],
    maxTokenAge: '5 minutes',
    clockTolerance: 30,
  });
  const { events, sid, sub, jti, exp } = payload;
  if (!events[LOGOUT] || typeof events[LOGOUT] !== 'object') throw new Error('the token tells of something else');
  // An ID token has one; whoever got hold of an ID token must not be able to sign people out with it.
  if ('nonce' in payload) throw new Error('the token has a nonce');
  if (!sid && !sub) throw new Error('the token names nobody');
  if (seen.has(jti)) throw new Error('the token was used before');

  seen.set(jti, exp);
  for (const [old, until] of seen) if (until + 60 < Date.now() / 1000) seen.delete(old);
  return { sid, sub };
}
