import { type Connection, hasSecret, SECRET, type Snippet, scopeOf, uses } from './connection';
import { django, passport, spring } from './frameworks';
import { authJs, nextAuth4, openidClient } from './libraries';
import { apache, grafana, oauth2Proxy } from './products';

/** Settings to copy, for what this client can do. */
export function snippetsFor(connection: Connection): Snippet[] {
  const byBrowser = uses(connection, 'authorization_code');
  const products = hasSecret(connection)
    ? [authJs, nextAuth4, passport, spring, django, apache, oauth2Proxy, grafana]
    : [];
  return [
    ...(byBrowser ? [openidClient, ...products] : []),
    ...(uses(connection, 'client_credentials') && hasSecret(connection) ? [ownToken] : []),
    ...(uses(connection, 'urn:ietf:params:oauth:grant-type:device_code') ? [device] : []),
  ].map((snippet) => snippet(connection));
}

function ownToken(connection: Connection): Snippet {
  const { clientId, token, authMethod } = connection;
  const clientOptions =
    authMethod === 'client_secret_basic'
      ? `--user '${clientId}:${SECRET}'`
      : `--data client_id=${clientId} --data client_secret=${SECRET}`;
  return {
    title: 'A token of the app’s own',
    file: 'shell',
    text: `curl ${clientOptions} --data grant_type=client_credentials ${token}`,
  };
}

function device(connection: Connection): Snippet {
  const { clientId, token, device_authorization } = connection;
  const clientOptions = hasSecret(connection) ? ` --user '${clientId}:${SECRET}'` : ` --data client_id=${clientId}`;
  return {
    title: 'A device without a browser',
    file: 'shell',
    text: `# Shows a code, and the address at which a person enters it
curl${clientOptions} --data 'scope=${scopeOf(connection)}' ${device_authorization}

# Asked every five seconds, until the person has answered
curl${clientOptions} --data device_code=THE_DEVICE_CODE \\
  --data grant_type=urn:ietf:params:oauth:grant-type:device_code ${token}`,
  };
}
