import { type NextRequest, NextResponse } from 'next/server';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { message } from '@/lib/messages';
import { DAYS } from '@/lib/time';
import { type Refusal, refusal } from './problems';
import { type Jar, setOutcomeCookies } from './session-cookie';

type Outcome = {
  status: 'signed-in' | 'second-factor-needed';
  token: string;
  redirectTo: string;
  offersPasskey?: boolean;
};
type Cookies = { get: (name: string) => unknown };

/** Where to go after signing in: first to the offer of a passkey where one would help and nobody said "not now". */
export function nextPage({ status, redirectTo, offersPasskey }: Outcome, cookies: Cookies) {
  const offers = status === 'signed-in' && offersPasskey && !cookies.get(cookieName('passkey-offer'));
  return offers && !redirectTo.startsWith('/add-passkey')
    ? `/add-passkey?return_to=${encodeURIComponent(redirectTo)}`
    : redirectTo;
}

/** "Not now" counts for thirty days in this browser (requirement E2). */
export const postponeOffer = (jar: Jar) => jar.set(cookieName('passkey-offer'), 'later', cookieSettings(30 * DAYS));

/** The answer to a good sign-in: where to go, and the cookies that take one there. */
export function outcomeResponse(outcome: Outcome, request: NextRequest) {
  const response = NextResponse.json({ status: outcome.status, redirectTo: nextPage(outcome, request.cookies) });
  setOutcomeCookies(response.cookies, outcome);
  return response;
}

type FactorRefusal =
  | { reason: 'wrong' | 'wrong-shape' | 'busy' | 'expired' | 'code-needed' }
  | { reason: 'wait'; seconds: number };

/** The same refusals for every factor that can be guessed, whoever exists and whoever does not (requirement J4). */
export function factorRefusal(refused: FactorRefusal): Refusal {
  if (refused.reason === 'wait') return { refused: 'too_many_requests', retryAfter: refused.seconds };
  if (refused.reason === 'busy') return { refused: 'unavailable', retryAfter: 5 };
  return refusal(refused.reason === 'expired' ? 'challenge_spent' : 'authentication_failed');
}

/** The same in the words of a form. */
export function factorSentence(refused: FactorRefusal) {
  if (refused.reason === 'wait')
    return `Too many attempts. Wait ${formatWait(refused.seconds)}, or sign in with a passkey.`;
  if (refused.reason === 'busy') return 'Many people are signing in just now. Try again in a few seconds.';
  if (refused.reason === 'expired') return 'This took too long. Start again from the sign-in page.';
  if (refused.reason === 'wrong-shape')
    return 'A code from the authenticator app has six digits. A recovery code looks like k7p2-x9qa3mt-c4w8n5r.';
  if (refused.reason === 'code-needed') return 'Enter the code from your authenticator app as well.';
  return 'That did not match. Check what you entered and try again.';
}

/** Why a session that a recovery link led to changes nothing older, and the next step. */
export const onHoldSentence = message('problems.on_hold');

/** Seconds as a person says them. */
export const formatWait = (seconds: number) =>
  seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
