import type { AccountClaims, FindAccount, KoaContextWithOIDC } from 'oidc-provider';
import { db } from '@/db';
import { steadyDigest } from '@/lib/vault';
import { currentEngineContext } from './engine-context';
import { findSubjectOnce } from './found';
import { preferredLocale, profileClaims } from './profile-claims';
import { storeLocale } from './queries';

/** The scopes, and the claims that each hands over (OpenID Connect Core §5.4). */
export const claimsByScope = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale', 'zoneinfo', 'updated_at'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
};

/** The claims about a sign-in, which every ID token may have without consent. */
export const ofEverySignIn = ['sub', 'sid', 'iss', 'auth_time', 'acr', 'amr'];

/** Which claims may be asked for by name, where these scopes may be had (OpenID Connect Core §5.5). */
export const claimsOf = (scopes: string[]) =>
  new Set([
    ...ofEverySignIn,
    ...Object.entries(claimsByScope).flatMap(([scope, of]) => (scopes.includes(scope) ? of : [])),
  ]);

/** Identifies the refusal of an account outside a client's groups. */
export const NOT_FOR_ACCOUNT = 'not in a group of this client';

/** The user whom a token is about, read each time; nothing for a disabled user. */
export const findAccount: FindAccount = async (ctx, sub) => {
  const user = await findSubjectOnce(sub, ctx.oidc.client?.clientId);
  if (!user) return undefined;
  if (!user.locale && currentEngineContext()?.browser) await noteLocale(sub, ctx.get('accept-language'));
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

/** Stores the browser's language for users who have not chosen one. */
async function noteLocale(userId: string, acceptLanguage: string) {
  const locale = preferredLocale(acceptLanguage);
  if (locale) await storeLocale(db, userId, locale);
}

/** A subject of its own for every sector, from which nobody can tell that two are the same person (Core §8.1). */
export const pairwiseIdentifier = async (_: unknown, accountId: string, client: { sectorIdentifier?: string }) =>
  (await steadyDigest('pairwise-subject', `${client.sectorIdentifier}:${accountId}`)).toString('base64url');

/** Whom the `id_token_hint` of this request names, as the client knows them (OpenID Connect Core §3.1.2.1). */
export const hintedSubject = ({ entities }: KoaContextWithOIDC['oidc']) =>
  (entities.IdTokenHint as { payload?: { sub?: string } } | undefined)?.payload?.sub;

/** The subject identifier of a user for this client. */
export async function subjectFor(client: KoaContextWithOIDC['oidc']['client'], accountId: string | undefined) {
  if (!client || !accountId || client.subjectType !== 'pairwise') return accountId;
  return pairwiseIdentifier(undefined, accountId, client as { sectorIdentifier?: string });
}
