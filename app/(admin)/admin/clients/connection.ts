import type { readClient } from '@/lib/clients';
import { config } from '@/lib/config';
import { endpoints } from '@/lib/oidc';

type Client = NonNullable<Awaited<ReturnType<typeof readClient>>>;

/** What an app has to be told to connect, as text, so that the answer to a form can carry it as well. */
export function connectionOf(client: Client) {
  const byDevice = client.grantTypes.some((grant) => grant.endsWith(':device_code'));
  const at = (path: string) => config.publicUrl + path;
  return {
    brand: config.webauthn.rpName,
    issuer: config.publicUrl,
    clientId: client.id,
    authMethod: client.authMethod,
    signingAlg: client.signingAlg,
    redirectUris: client.redirectUris.join('\n'),
    scope: client.scopes.join(' '),
    grantTypes: client.grantTypes.join(' '),
    authorization: at(endpoints.authorization),
    token: at(endpoints.token),
    userinfo: at(endpoints.userinfo),
    jwks: at(endpoints.jwks),
    end_session: at(endpoints.end_session),
    device_authorization: byDevice ? at(endpoints.device_authorization) : '',
  };
}
