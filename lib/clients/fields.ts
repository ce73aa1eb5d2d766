import type { Client } from './queries';

type Fields = Record<string, string>;

/** Boxes that are ticked, in a form's own terms: the others are not there. */
const ticked = (boxes: Record<string, boolean>): Fields =>
  Object.fromEntries(Object.entries(boxes).flatMap(([name, on]) => (on ? [[name, 'on']] : [])));

/** What the form of a new client begins with: a web app on a server, which learns who somebody is. */
export const newClientFields: Fields = {
  authMethod: 'client_secret_basic',
  signingAlg: 'RS256',
  subjectType: 'public',
  demandedAcr: '',
  ...ticked({ authorizationCode: true, profile: true, email: true, requiresPkce: true }),
};

/** A client as the form of its settings sends it: the way back of `clientSettings`. */
export function clientFields(client: Client & { groups: string[] }): Fields {
  const { name, authMethod, signingAlg, subjectType, scopes, grantTypes } = client;
  return {
    name,
    authMethod,
    signingAlg,
    subjectType,
    logo: client.logo ?? '',
    jwks: client.jwks ? JSON.stringify(client.jwks, null, 2) : '',
    redirectUris: client.redirectUris.join('\n'),
    postLogoutRedirectUris: client.postLogoutRedirectUris.join('\n'),
    backchannelLogoutUri: client.backchannelLogoutUri ?? '',
    demandedAcr: client.demandedAcr ?? '',
    ...ticked({
      authorizationCode: grantTypes.includes('authorization_code'),
      refreshToken: grantTypes.includes('refresh_token'),
      deviceCode: grantTypes.includes('urn:ietf:params:oauth:grant-type:device_code'),
      clientCredentials: grantTypes.includes('client_credentials'),
      profile: scopes.includes('profile'),
      email: scopes.includes('email'),
      groupsClaim: scopes.includes('groups'),
      firstParty: client.firstParty,
      allowsPrivateHttp: client.allowsPrivateHttp,
      requiresPkce: client.requiresPkce,
      secretEitherWay: client.secretEitherWay,
    }),
    ...ticked(Object.fromEntries(client.groups.map((id) => [`group.${id}`, true]))),
  };
}
