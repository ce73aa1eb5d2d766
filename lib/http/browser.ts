import type { NextRequest, NextResponse } from 'next/server';
import { CLEARED_AT_SIGN_OUT, cookieName, cookieSettings } from '@/lib/cookies';
import { randomToken } from '@/lib/crypto';
import { DAYS } from '@/lib/time';
import type { Cookies, Jar } from './cookies';

const wellFormed = /^[A-Za-z0-9_-]{43}$/;
const LIFETIME = 400 * DAYS;

/** The browser that a challenge is bound to: a random value in an HttpOnly cookie, made when it is missing or malformed. */
export function browserOf(cookies: Cookies) {
  const token = cookies.get(cookieName('browser'))?.value;
  return token && wellFormed.test(token) ? { token, isNew: false } : { token: randomToken(), isNew: true };
}

/** Sends `Clear-Site-Data` with the next document: the sign-out action cannot set a header, so it sets a cookie for this. */
export function clearAfterSignOut(request: NextRequest, response: NextResponse) {
  if (!request.cookies.has(cookieName('signed-out'))) return;
  response.headers.set('clear-site-data', CLEARED_AT_SIGN_OUT);
  response.cookies.set(cookieName('signed-out'), '', cookieSettings(0));
}

/** Sets the cookie of a new browser. */
export function rememberBrowser(jar: Jar, { token, isNew }: ReturnType<typeof browserOf>) {
  if (isNew) jar.set(cookieName('browser'), token, cookieSettings(LIFETIME));
}
