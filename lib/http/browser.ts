import type { NextResponse } from 'next/server';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { randomToken } from '@/lib/crypto';
import { DAYS } from '@/lib/time';

const wellFormed = /^[A-Za-z0-9_-]{43}$/;
const LIFETIME = 400 * DAYS;

/** The browser that a challenge is bound to: a random value in an HttpOnly cookie, made when it is missing or malformed. */
export function browserOf(request: { cookies: { get: (name: string) => { value: string } | undefined } }) {
  const given = request.cookies.get(cookieName('browser'))?.value;
  return given && wellFormed.test(given) ? { token: given, isNew: false } : { token: randomToken(), isNew: true };
}

/** Hands a new browser its cookie. */
export function rememberBrowser<R extends NextResponse>(response: R, { token, isNew }: ReturnType<typeof browserOf>) {
  if (isNew) response.cookies.set(cookieName('browser'), token, cookieSettings(LIFETIME));
  return response;
}
