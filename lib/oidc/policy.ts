import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { db } from '@/db';
import { REAUTHENTICATION_LIFETIME, readDatabaseClock } from '@/lib/sessions';
import { MINUTES } from '@/lib/time';
import { hintedSubject, ofEverySignIn } from './accounts';

const { base, Check, Prompt } = interactionPolicy;

/** Seconds for which a sign-in made for a request satisfies any `max_age`: consent and other questions take time. */
const JUST_MADE = 1 * MINUTES;

/**
 * Device-bound is more than phishing-resistant (OpenID Connect EAP ACR Values), which is more than two factors of which
 * none is; every sign-in is at least `aal1`.
 */
const covers: Record<string, string[]> = {
  phrh: ['phrh', 'phr', 'aal2', 'aal1'],
  phr: ['phr', 'aal2', 'aal1'],
  aal2: ['aal2', 'aal1'],
  aal1: ['aal1'],
};
export const acrValues = ['phrh', 'phr', 'aal2', 'aal1'];

/** Whether a sign-in of this class satisfies one of the accepted ones. */
export const satisfies = (acr: string | undefined, accepted: string[]) =>
  accepted.some((one) => one === acr || (acr && covers[acr]?.includes(one)));

/** `must` is a list of demands, each with the classes that satisfy it. */
type RequestedAcr = { must: string[][]; may: string[] };

/**
 * What an authorization request asks of the sign-in: what it must be, by the client's registration or an essential
 * claim, and what it should be if that can be had (OpenID Connect Core §3.1.2.1 and §5.5.1.1).
 */
export function requestedAcr(
  params: { acr_values?: unknown; claims?: unknown },
  demanded: string | null | undefined,
): RequestedAcr {
  const claim = essentialAcr(params.claims);
  const requested = typeof params.acr_values === 'string' ? params.acr_values.split(' ') : [];
  return {
    must: [demanded ? [demanded] : [], claim].filter(({ length }) => length > 0),
    may: requested.filter((acr) => acr.startsWith('phr')),
  };
}

function essentialAcr(claims: unknown): string[] {
  const parsed = typeof claims === 'string' ? JSON.parse(claims) : claims;
  const { essential, value, values } = parsed?.id_token?.acr ?? {};
  if (!essential) return [];
  return [value, ...(Array.isArray(values) ? values : [])].filter((acr) => typeof acr === 'string');
}

const requestedAcrOf = ({ oidc }: KoaContextWithOIDC) =>
  requestedAcr(oidc.params ?? {}, oidc.client?.demanded_acr as string | null);

const claimedSubject = ({ claims }: KoaContextWithOIDC['oidc']) =>
  (claims.id_token as { sub?: { value?: unknown } } | undefined)?.sub?.value;

/** Refuses a malformed `sub` claim, which nobody can satisfy: the engine would ask for it again and again (Core §5.5.1). */
export function checkClaims(_: unknown, { id_token }: { id_token?: { sub?: unknown } }) {
  const sub = id_token?.sub ?? {};
  if (typeof sub !== 'object' || ('value' in sub && typeof sub.value !== 'string'))
    throw new errors.InvalidRequest('claims.id_token.sub should be null, or an object whose value is a text');
}

/**
 * `startedAt` is when the request came, or when its sign-in was found too old and another one became necessary; it has
 * milliseconds, because an earlier sign-in of the same second does not count. `subjects` are the users that the request names,
 * by `id_token_hint` or a claim (OpenID Connect Core §3.1.2.1, §5.5.1); the engine checks the hint only once.
 */
export type StoredAcr = { startedAt: number; subjects: string[]; scopes: string[]; claims: string[] };

/** The `startedAt` of the interaction that this browser resumes, if it resumes one. */
const startOf = ({ entities }: KoaContextWithOIDC['oidc']) =>
  (entities.Interaction?.prompt.details as StoredAcr | undefined)?.startedAt;

/**
 * Whether the sign-in of an interaction's result is too old when a code is about to be issued: a result can be used long
 * after it was given, and the engine accepts any (OpenID Connect Core §3.1.2.1).
 */
function isTooOld({ oidc }: KoaContextWithOIDC) {
  const { login } = (oidc.result ?? {}) as { login?: { ts: number } };
  if (!login) return false;
  const asksLogin = String(oidc.params?.prompt ?? '')
    .split(' ')
    .includes('login');
  const isRequested = login.ts >= Math.floor((startOf(oidc) ?? 0) / 1000);
  if (asksLogin && !isRequested) return true;
  const maxAge = Number(oidc.params?.max_age ?? Number.POSITIVE_INFINITY);
  const limit = Math.min(maxAge, asksLogin ? REAUTHENTICATION_LIFETIME : Number.POSITIVE_INFINITY);
  return Date.now() / 1000 - login.ts > (isRequested ? Math.max(limit, JUST_MADE) : limit);
}

/** The details of a request that our pages need, whichever prompt the engine begins with. */
const requestDetails = async ({ oidc }: KoaContextWithOIDC, before?: number): Promise<StoredAcr> => ({
  startedAt: before ?? (await readDatabaseClock(db)),
  subjects: [hintedSubject(oidc), claimedSubject(oidc)].filter((subject) => typeof subject === 'string'),
  scopes: [...oidc.requestParamOIDCScopes],
  claims: [...oidc.requestParamClaims].filter((claim) => !ofEverySignIn.includes(claim)),
});

/** The engine's own questions, with ours about the strength of the sign-in in place of its exact comparison. */
export function policy() {
  const prompts = base();
  const login = prompts.get('login')!;
  login.checks.remove('essential_acrs');
  login.checks.remove('essential_acr');
  login.checks.add(
    new Check('acr_demanded', 'this application demands a stronger sign-in', 'login_required', (ctx) => {
      const { must } = requestedAcrOf(ctx);
      return !must.every((demand) => satisfies(ctx.oidc.session?.acr, demand));
    }),
  );
  login.checks.add(
    new Check('acr_wished', 'this application asks for a stronger sign-in', 'login_required', (ctx) => {
      const { may } = requestedAcrOf(ctx);
      return may.length > 0 && !ctx.oidc.result?.login && !satisfies(ctx.oidc.session?.acr, may);
    }),
  );
  login.checks.add(new Check('too_old', 'the sign-in is too long ago', 'login_required', isTooOld));
  const consent = prompts.get('consent')!;
  const native = consent.checks.get('native_client_prompt')!;
  const { check } = native;
  // Anybody can impersonate a native app (RFC 8252 §8.6); whether to trust it is the administrator's decision.
  native.check = (ctx) => (ctx.oidc.client?.first_party ? Check.NO_NEED_TO_PROMPT : check(ctx));
  prompts.add(new Prompt({ name: 'select_account', requestable: true }), 0);
  for (const prompt of prompts) {
    const { details } = prompt;
    prompt.details = async (ctx) => ({
      ...(await details(ctx)),
      ...(await requestDetails(ctx, isTooOld(ctx) ? undefined : startOf(ctx.oidc))),
    });
  }
  return prompts;
}
