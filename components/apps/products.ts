import {
  type Connection,
  callback,
  discoveryOf,
  firstOf,
  onlyRs256,
  SECRET,
  type Snippet,
  scopeOf,
  uses,
} from './connection';

export function apache(connection: Connection): Snippet {
  return {
    title: 'Apache (mod_auth_openidc)',
    file: 'site.conf',
    note: onlyRs256(connection),
    text: `OIDCProviderMetadataURL ${discoveryOf(connection)}
OIDCClientID ${connection.clientId}
OIDCClientSecret ${SECRET}
OIDCProviderTokenEndpointAuth ${connection.authMethod}
OIDCRedirectURI ${firstOf(connection)}
OIDCCryptoPassphrase A_LONG_RANDOM_TEXT_OF_YOUR_OWN
OIDCScope "${scopeOf(connection)}"
OIDCPKCEMethod S256
OIDCRemoteUserClaim ${scopeOf(connection).includes('email') ? 'email' : 'sub'}

<Location "/">
  AuthType openid-connect
  Require valid-user
</Location>`,
  };
}

export function oauth2Proxy(connection: Connection): Snippet {
  const redirectUri = callback(connection, '/oauth2/callback');
  return {
    title: 'oauth2-proxy',
    file: 'oauth2-proxy.cfg',
    redirectUri,
    note: 'It lets in only people whose e-mail address is confirmed (email_verified). Their page under “Users” says so, and confirms it.',
    text: `provider = "oidc"
provider_display_name = ${JSON.stringify(connection.brand)}
oidc_issuer_url = "${connection.issuer}"
client_id = "${connection.clientId}"
client_secret = "${SECRET}"
redirect_url = "${redirectUri}"
scope = "${scopeOf(connection)}"
code_challenge_method = "S256"
insecure_oidc_skip_nonce = false
email_domains = ["*"]
whitelist_domains = ["${new URL(connection.issuer).host}"]
upstreams = ["http://127.0.0.1:8080"]${uses(connection, 'refresh_token') ? '\ncookie_refresh = "10m"' : ''}
# openssl rand -base64 32 | tr -- '+/' '-_'
cookie_secret = "A_SECRET_OF_YOUR_OWN"`,
  };
}

export function grafana(connection: Connection): Snippet {
  const { brand, clientId, authMethod, authorization, token, userinfo } = connection;
  const groups = scopeOf(connection).split(' ').includes('groups');
  const redirectUri = callback(connection, '/login/generic_oauth');
  return {
    title: 'Grafana',
    file: 'grafana.ini',
    redirectUri,
    text: `[server]
root_url = ${redirectUri.replace('login/generic_oauth', '')}

[auth.generic_oauth]
enabled = true
name = ${brand}
client_id = ${clientId}
client_secret = ${SECRET}
auth_style = ${authMethod === 'client_secret_basic' ? 'InHeader' : 'InParams'}
scopes = ${scopeOf(connection)}
auth_url = ${authorization}
token_url = ${token}
api_url = ${userinfo}
use_pkce = true${uses(connection, 'refresh_token') ? '\nuse_refresh_token = true' : ''}
login_attribute_path = email
name_attribute_path = name${groups ? `\nrole_attribute_path = contains(groups[*], 'admins') && 'Admin' || 'Viewer'` : ''}`,
  };
}
