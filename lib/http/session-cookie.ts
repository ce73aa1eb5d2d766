import { cookies } from 'next/headers';
import { config } from '@/lib/config';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { MINUTES } from '@/lib/time';
import { browserOf } from './browser';
import type { Cookies, Jar } from './cookies';

/** Sets the cookies of a finished sign-in, and clears those of the pending one. */
export function setOutcomeCookies(
  jar: Jar,
  { status, token }: { status: 'signed-in' | 'second-factor-needed'; token: string },
) {
  if (status === 'second-factor-needed') {
    jar.set(cookieName('second-factor'), token, cookieSettings(10 * MINUTES));
    return;
  }
  jar.set(cookieName('session'), token, cookieSettings(config.sessionMax));
  jar.set(cookieName('enrolment'), '', cookieSettings(0));
  jar.set(cookieName('second-factor'), '', cookieSettings(0));
}

/** Takes the session's cookie away, and with the next page what the browser kept of ours; the session itself must have been ended. */
export function clearSessionCookie(jar: Jar) {
  jar.set(cookieName('session'), '', cookieSettings(0));
  jar.set(cookieName('signed-out'), '1', cookieSettings(10 * MINUTES));
}

export const clearPendingCookie = (jar: Jar) => jar.set(cookieName('second-factor'), '', cookieSettings(0));

/** The cookies of the browser that signs in, with the jar for those of the response. */
export async function signingBrowser() {
  const jar = await cookies();
  const { token: browser } = browserOf(jar);
  return {
    jar,
    browser,
    previousToken: sessionTokenOf(jar),
    pendingToken: pendingTokenOf(jar),
  };
}

export const sessionTokenOf = (cookies: Cookies) => cookies.get(cookieName('session'))?.value;
export const pendingTokenOf = (cookies: Cookies) => cookies.get(cookieName('second-factor'))?.value;
