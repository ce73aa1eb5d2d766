import { cookieName, cookieSettings } from '@/lib/cookies';
import { message } from '@/lib/messages';
import { describeProblem, type FactorRefusal, type Problem } from '@/lib/problems';
import { DAYS } from '@/lib/time';
import type { Cookies, Jar } from './cookies';
import type { Refusal } from './problems';
import { setOutcomeCookies } from './session-cookie';

type Outcome = {
  status: 'signed-in' | 'second-factor-needed';
  token: string;
  redirectTo: string;
  offersPasskey?: boolean;
};

/** Where to go after signing in: first to the offer of a passkey where one would help and nobody said "not now". */
export function nextPage({ status, redirectTo, offersPasskey }: Outcome, cookies: Cookies) {
  const offers = status === 'signed-in' && offersPasskey && !cookies.get(cookieName('passkey-offer'));
  return offers && !redirectTo.startsWith('/add-passkey')
    ? `/add-passkey?return_to=${encodeURIComponent(redirectTo)}`
    : redirectTo;
}

/** "Not now" counts for thirty days in this browser (requirement E2). */
export const postponeOffer = (jar: Jar) => jar.set(cookieName('passkey-offer'), 'later', cookieSettings(30 * DAYS));

/** The response to a successful sign-in: the redirect target and the cookies. */
export function outcomeResponse(outcome: Outcome, cookies: Cookies & Jar) {
  setOutcomeCookies(cookies, outcome);
  return Response.json({ status: outcome.status, redirectTo: nextPage(outcome, cookies) });
}

/** The problem that JSON answers name: the same for every factor, and whether or not the user exists (requirement J4). */
const apiProblems = {
  factor_wrong: 'authentication_failed',
  factor_malformed: 'authentication_failed',
  code_required: 'authentication_failed',
  sign_in_expired: 'challenge_spent',
  busy: 'unavailable',
  too_many_requests: 'too_many_requests',
} as const satisfies Record<FactorRefusal['problem'], Problem>;

/** The answer to a factor that was refused. */
export function factorRefusal(refused: FactorRefusal): Refusal {
  const retryAfter = 'seconds' in refused ? refused.seconds : refused.problem === 'busy' ? 5 : undefined;
  return { refused: apiProblems[refused.problem], retryAfter };
}

/** The same in the words of a form. */
export const factorSentence = (refused: FactorRefusal) =>
  'seconds' in refused
    ? message('forms.wait_or_passkey', { wait: formatWait(refused.seconds) })
    : describeProblem(refused.problem).message;

/** Seconds as a person says them. */
export const formatWait = (seconds: number) =>
  seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
