/** A client and the provider in front of it, as far as one has to tell an app of them. */
export type Connection = {
  brand: string;
  issuer: string;
  clientId: string;
  authMethod: string;
  signingAlg: string;
  redirectUris: string;
  scope: string;
  grantTypes: string;
  authorization: string;
  token: string;
  userinfo: string;
  jwks: string;
  end_session: string;
  device_authorization: string;
};

export type Snippet = {
  title: string;
  file: string;
  text: string;
  /** A second file that belongs to it. */
  and?: { file: string; text: string };
  /** Where the product comes back to, if it decides that itself. */
  redirectUri?: string;
  /** What the settings by themselves cannot do. */
  note?: string;
};

/** Stands where the secret goes, which is shown once and never again. */
export const SECRET = 'THE_SECRET_OF_THIS_APP';

export const discoveryOf = ({ issuer }: Connection) => `${issuer}/.well-known/openid-configuration`;
export const firstOf = ({ redirectUris }: Connection) => redirectUris.split('\n')[0] ?? '';
export const hasSecret = ({ authMethod }: Pick<Connection, 'authMethod'>) => authMethod.startsWith('client_secret');
export const uses = ({ grantTypes }: Connection, grant: string) => grantTypes.split(' ').includes(grant);

/** What an app asks for when somebody signs in; staying signed in is asked for on purpose. */
export const scopeOf = ({ scope }: Connection) =>
  scope
    .split(' ')
    .filter((name) => name !== 'offline_access')
    .join(' ');

/** The address that a product always comes back to, on the host of this app. */
export const callback = (connection: Connection, path: string) => {
  const first = firstOf(connection);
  return /^https?:/.test(first) ? new URL(first).origin + path : `https://your-app.example.com${path}`;
};

/** Text as a string of a program. */
export const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** The line of an openid-client program that sets its client authentication. */
export const clientAuthenticationOf = ({ authMethod, issuer }: Connection) => {
  const methods: Record<string, string> = {
    client_secret_basic: 'oidc.ClientSecretBasic(env.CLIENT_SECRET)',
    client_secret_post: 'oidc.ClientSecretPost(env.CLIENT_SECRET)',
    private_key_jwt: 'oidc.PrivateKeyJwt(yourPrivateKey)',
    none: 'oidc.None()',
  };
  return methods[authMethod] + (issuer.startsWith('http:') ? ', { execute: [oidc.allowInsecureRequests] }' : '');
};

/** For products that know no other signature, where this app has another one. */
export const onlyRs256 = ({ signingAlg }: Connection) =>
  signingAlg === 'RS256' ? undefined : 'It knows RS256 alone: choose that under “ID tokens are signed with”.';
