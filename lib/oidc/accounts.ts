import { type AccountClaims, errors, type FindAccount, type KoaContextWithOIDC } from 'oidc-provider';
import { db } from '@/db';
import { steadyDigest } from '@/lib/vault';
import { currentCall } from './call';
import { preferredLocale, profileClaims } from './profile-claims';
import { findGrant, findSubject, keepLocale } from './queries';

/** The scopes, and the claims that each hands over (OpenID Connect Core §5.4). */
export const claimsByScope = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale', 'zoneinfo', 'updated_at'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
};

/** What the refusal of an account outside a client's groups is known by. */
export const NOT_FOR_ACCOUNT = 'not in a group of this client';

/**
 * Who a token is about, read anew every time: a disabled user is nobody. Where a client's server asks, so is somebody
 * whom the client is not for any more; a browser gets that said by `loadExistingGrant`.
 */
export const findAccount: FindAccount = async (ctx, sub, token) => {
  const user = await findSubject(db, sub, ctx.oidc.client?.clientId);
  if (!user || (token && !user.mayEnter)) return undefined;
  if (!user.locale && currentCall()?.browser) await noteLocale(sub, ctx.get('accept-language'));
  return {
    accountId: sub,
    mayEnter: user.mayEnter,
    claims: async (): Promise<AccountClaims> => ({
      sub,
      ...profileClaims(user),
      email: user.email,
      email_verified: user.emailVerifiedAt !== null,
      groups: user.groups,
    }),
  };
};

/** Keeps what a browser says of its language, for people who have not chosen one. */
async function noteLocale(userId: string, acceptLanguage: string) {
  const locale = preferredLocale(acceptLanguage);
  if (locale) await keepLocale(db, userId, locale);
}

/**
 * The engine's grant of this session, made from what the user lets the client have; nothing when consent has still to
 * be asked. A client of ours has what it asks for.
 */
export async function loadExistingGrant(ctx: KoaContextWithOIDC) {
  const { client, session, account, provider } = ctx.oidc;
  if (!client || !account || !session) return undefined;
  if (account.mayEnter === false)
    throw new errors.AccessDenied('this account may not use this application', NOT_FOR_ACCOUNT);

  const kept = client.first_party
    ? { scopes: [...ctx.oidc.requestParamOIDCScopes], claims: [...ctx.oidc.requestParamClaims] }
    : await findGrant(db, account.accountId, client.clientId);
  if (!kept) return undefined;

  const id = session.grantIdFor(client.clientId);
  const grant =
    (id && (await provider.Grant.find(id))) ||
    new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope(kept.scopes.join(' '));
  grant.addOIDCClaims(kept.claims);
  await grant.save();
  return grant;
}

/** A subject of its own for every sector, from which nobody can tell that two are the same person (Core §8.1). */
export const pairwiseIdentifier = async (_: unknown, accountId: string, client: { sectorIdentifier?: string }) =>
  (await steadyDigest('pairwise-subject', `${client.sectorIdentifier}:${accountId}`)).toString('base64url');

/** Whom the `id_token_hint` of this request names, as the client knows them (OpenID Connect Core §3.1.2.1). */
export const hintedSubject = ({ entities }: KoaContextWithOIDC['oidc']) =>
  (entities.IdTokenHint as { payload?: { sub?: string } } | undefined)?.payload?.sub;

/** What this client knows a user by. */
export async function subjectFor(client: KoaContextWithOIDC['oidc']['client'], accountId: string | undefined) {
  if (!client || !accountId || client.subjectType !== 'pairwise') return accountId;
  return pairwiseIdentifier(undefined, accountId, client as { sectorIdentifier?: string });
}
