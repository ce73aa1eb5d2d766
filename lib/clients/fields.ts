import type { Client } from './queries';
import { DEVICE_CODE } from './rules';

type Fields = Record<string, string>;

/** Boxes that are ticked, in a form's own terms: the others are not there. */
const ticked = (boxes: Record<string, boolean>): Fields =>
  Object.fromEntries(Object.entries(boxes).flatMap(([name, on]) => (on ? [[name, 'on']] : [])));

/** The boxes for what a client may do, by their names. */
const grantBoxes = {
  authorizationCode: 'authorization_code',
  refreshToken: 'refresh_token',
  deviceCode: DEVICE_CODE,
  clientCredentials: 'client_credentials',
};
const scopeBoxes = { profile: 'profile', email: 'email', groupsClaim: 'groups' };
const flags = ['firstParty', 'allowsPrivateHttp', 'requiresPkce', 'secretEitherWay'] as const;
const boxes = (names: Record<string, string>, chosen: string[]) =>
  Object.fromEntries(Object.entries(names).map(([name, value]) => [name, chosen.includes(value)]));

/** What the form of a new client begins with: a web app on a server, which learns who somebody is. */
export const newClientFields: Fields = {
  authMethod: 'client_secret_basic',
  signingAlg: 'RS256',
  subjectType: 'public',
  demandedAcr: '',
  ...ticked({ authorizationCode: true, profile: true, email: true, requiresPkce: true }),
};

const lines = (text = '') =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** The settings that a form sends, as the operations of clients take them. */
export function settingsFrom({ logo, jwks, demandedAcr, backchannelLogoutUri, ...fields }: Partial<Fields>) {
  const isTicked = (name: string) => fields[name] === 'on';
  const chosen = (choices: Record<string, string>) =>
    Object.entries(choices).flatMap(([name, value]) => (isTicked(name) ? [value] : []));
  const { id, name, authMethod, signingAlg, subjectType } = fields;
  return {
    ...{ id, name, authMethod, signingAlg, subjectType },
    logo: logo || null,
    jwks: jwks?.trim() ? parsed(jwks) : null,
    demandedAcr: demandedAcr || null,
    backchannelLogoutUri: backchannelLogoutUri?.trim() || null,
    redirectUris: lines(fields.redirectUris),
    postLogoutRedirectUris: lines(fields.postLogoutRedirectUris),
    grantTypes: chosen(grantBoxes),
    scopes: chosen(scopeBoxes),
    ...Object.fromEntries(flags.map((flag) => [flag, isTicked(flag)])),
    groups: Object.keys(fields).flatMap((field) => (field.startsWith('group.') ? [field.slice('group.'.length)] : [])),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A client as the form of its settings sends it: the way back of `settingsFrom`. */
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
      ...boxes(grantBoxes, grantTypes),
      ...boxes(scopeBoxes, scopes),
      ...Object.fromEntries(flags.map((flag) => [flag, client[flag]])),
    }),
    ...ticked(Object.fromEntries(client.groups.map((id) => [`group.${id}`, true]))),
  };
}
