import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Connection } from './connection';
import { snippetsFor } from './snippets';

const at = (path: string) => `https://id.example.com${path}`;

/** The app that docs/connecting-an-app.md is written for. */
const example: Connection = {
  brand: 'Latchkey',
  issuer: at(''),
  clientId: 'app',
  authMethod: 'client_secret_basic',
  signingAlg: 'RS256',
  redirectUris: 'https://app.example.com/callback',
  scope: 'openid profile email groups offline_access',
  grantTypes: 'authorization_code refresh_token',
  authorization: at('/oidc/authorize'),
  token: at('/oidc/token'),
  userinfo: at('/oidc/userinfo'),
  jwks: at('/oidc/jwks'),
  end_session: at('/oidc/logout'),
  device_authorization: '',
};

/** The sections of the document that have settings to copy, by their title. */
function documented() {
  const text = readFileSync('docs/connecting-an-app.md', 'utf8');
  const settings = text.slice(text.indexOf('## Settings to copy'), text.indexOf('## When it does not work'));
  const sections = settings.split(/^### /m).slice(1);
  return Object.fromEntries(sections.map((section) => [section.slice(0, section.indexOf('\n')), section]));
}

test('the document and the page of an app have settings for the same products', () => {
  expect(Object.keys(documented())).toEqual(snippetsFor(example).map(({ title }) => title));
});

test.each(snippetsFor(example))('the document has the settings of $title as the page shows them', (snippet) => {
  const section = documented()[snippet.title];
  for (const block of [snippet.text, snippet.and?.text ?? '']) expect(section).toContain(block);
  expect(section).toContain(snippet.redirectUri ?? '');
});

test('an app whose ID tokens a product cannot check is told so', () => {
  const notes = (signingAlg: string) =>
    snippetsFor({ ...example, signingAlg }).flatMap(({ title, note }) => (note?.includes('RS256') ? [title] : []));
  expect(notes('RS256')).toEqual([]);
  expect(notes('ES256')).toEqual(['Spring Boot', 'Apache (mod_auth_openidc)']);
});

test('an app without a secret is shown no settings that need one', () => {
  expect(snippetsFor({ ...example, authMethod: 'none' }).map(({ title }) => title)).toEqual(['openid-client']);
});
