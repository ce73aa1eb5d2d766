import type { AdapterPayload } from 'oidc-provider';
import type { Client } from '@/lib/clients';

/** Our metadata beside the standard's, which the policy reads. */
export const ownMetadata = ['first_party', 'demanded_acr', 'requires_pkce', 'secret_either_way'] as const;

const isNative = ({ authMethod, redirectUris }: Client) =>
  authMethod === 'none' && redirectUris.some((uri) => !uri.startsWith('https:'));

/** A client as the engine takes it (OpenID Connect Dynamic Client Registration §2). Its secret is a hash, see `compareHashes`. */
export function engineMetadata(client: Client): AdapterPayload {
  const { redirectUris, grantTypes } = client;
  const usesCode = grantTypes.includes('authorization_code');
  return {
    client_id: client.id,
    client_name: client.name,
    application_type: isNative(client) ? 'native' : 'web',
    token_endpoint_auth_method: client.authMethod,
    ...(client.secretHash && { client_secret: client.secretHash }),
    ...(client.jwks && { jwks: client.jwks }),
    redirect_uris: redirectUris,
    post_logout_redirect_uris: client.postLogoutRedirectUris,
    ...(client.backchannelLogoutUri && {
      backchannel_logout_uri: client.backchannelLogoutUri,
      backchannel_logout_session_required: true,
    }),
    scope: client.scopes.join(' '),
    grant_types: grantTypes,
    response_types: usesCode ? ['code'] : [],
    id_token_signed_response_alg: client.signingAlg,
    subject_type: client.subjectType,
    first_party: client.firstParty,
    demanded_acr: client.demandedAcr ?? undefined,
    requires_pkce: client.requiresPkce,
    secret_either_way: client.secretEitherWay,
  } as AdapterPayload;
}
