import { type AdapterPayload, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { claimsOf, NOT_FOR_ACCOUNT } from './accounts';
import { currentEngineContext } from './engine-context';
import { findRightsOnce } from './found';
import { satisfies } from './policy';

type RightsHolder = { sessionId: string | null | undefined; userId: string | undefined; clientId: string | undefined };
type Rights = { scopes: string[]; claims: string[] };

/**
 * The scopes and claims that a client may have of a user now, in a session of theirs; nothing if none. Checked whenever a
 * token is issued, refreshed, introspected or used, so that a withdrawal by an administrator or the user counts from the
 * next request on.
 */
async function rightsNow({ sessionId, userId, clientId }: RightsHolder): Promise<Rights | undefined> {
  if (!sessionId || !userId || !clientId) return undefined;
  const stored = await findRightsOnce({ sessionId, userId, clientId });
  if (!stored?.mayEnter || !isStrongEnough(stored)) return undefined;
  const { firstParty, scopes, allowed } = stored;
  const claims = claimsOf(scopes);
  if (firstParty) return { scopes, claims: [...claims] };
  if (!allowed) return undefined;
  return { scopes: both(allowed.scopes, scopes), claims: both(allowed.claims, [...claims]) };
}

type AuthenticationStrength = { demandedAcr: string | null; acr: string; stepUpAcr: string | null };

/** By the sign-in or a step-up since: a later, weaker authentication does not lower what a stronger one has reached. */
const isStrongEnough = ({ demandedAcr, acr, stepUpAcr }: AuthenticationStrength) =>
  !demandedAcr || satisfies(acr, [demandedAcr]) || satisfies(stepUpAcr ?? undefined, [demandedAcr]);

const both = (some: Iterable<string>, others: string[]) => [...some].filter((one) => others.includes(one));
const inBoth = (some = '', others: string[] = []) => both(some.split(' '), others).join(' ');

type StoredGrant = AdapterPayload & { openid?: { scope?: string; claims?: string[] } };

/**
 * A grant of the engine, cut to the client's rights now. The engine reads it whenever it issues, refreshes or introspects a
 * token and at userinfo, and never exceeds it.
 */
export async function grantNow(grant: StoredGrant, sessionId: string | null): Promise<AdapterPayload | undefined> {
  const rights = await rightsNow({ sessionId, userId: grant.accountId, clientId: grant.clientId });
  if (!rights) return undefined;
  const { scope, claims = [] } = grant.openid ?? {};
  return { ...grant, openid: { scope: inBoth(scope, rights.scopes), claims: both(claims, rights.claims) } };
}

/**
 * The engine's grant of this session, with what is requested and allowed; nothing while consent is missing. A resumed
 * request is cut to what the client may request by now.
 */
export async function loadExistingGrant({ oidc }: KoaContextWithOIDC) {
  const { client, session, account, provider, params } = oidc;
  if (!client || !account || !session || !params) return undefined;
  if (account.mayEnter === false)
    throw new errors.AccessDenied('this account may not use this application', NOT_FOR_ACCOUNT);

  const { accountId } = account;
  const { clientId } = client;
  const registered = client.scope?.split(' ') ?? [];
  params.scope = inBoth(params.scope as string, registered) || undefined;
  if (params.claims) params.claims = askable(params.claims as string, registered);
  const rights = await rightsNow({ sessionId: currentEngineContext()?.session?.id, userId: accountId, clientId });
  if (!rights) return undefined;

  const id = session.grantIdFor(clientId);
  const grant = (id && (await provider.Grant.find(id))) || new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(both(oidc.requestParamOIDCScopes, rights.scopes).join(' '));
  grant.addOIDCClaims(both(oidc.requestParamClaims, rights.claims));
  await grant.save();
  return grant;
}

/** A `claims` parameter without claims outside the client's scopes, and without unknown members (Core §5.5). */
function askable(parameter: string, scopes: string[]) {
  const may = claimsOf(scopes);
  const cut = (requested: object) => Object.fromEntries(Object.entries(requested).filter(([claim]) => may.has(claim)));
  const { id_token, userinfo } = JSON.parse(parameter);
  return JSON.stringify({ ...(id_token && { id_token: cut(id_token) }), ...(userinfo && { userinfo: cut(userinfo) }) });
}

type IntrospectedToken = { kind: string; clientId: string; scope?: string };
type IntrospectingClient = { clientId: string; clientAuthMethod?: string };

/**
 * An API that is a client with a secret may ask about any access token; an app without one, and whoever asks about a
 * refresh token, only about its own (RFC 7662 §2.1, §4). The answer names the scopes that the token is worth now: by its
 * grant, or where a client has it for itself by what that client is registered for.
 */
export async function mayIntrospect(
  { oidc }: KoaContextWithOIDC,
  client: IntrospectingClient,
  token: IntrospectedToken,
) {
  const isOwn = token.clientId === client.clientId;
  if (!isOwn && (client.clientAuthMethod === 'none' || token.kind === 'RefreshToken')) return false;
  if (token.kind === 'ClientCredentials') {
    const owner = await oidc.provider.Client.find(token.clientId);
    if (!owner?.grantTypeAllowed('client_credentials')) return false;
    token.scope = inBoth(token.scope, owner.scope?.split(' '));
  }
  if (oidc.entities.Grant) token.scope = inBoth(token.scope, oidc.entities.Grant.getOIDCScope().split(' '));
  return true;
}
