import type { NextRequest, NextResponse } from 'next/server';
import { config } from '@/lib/config';
import { cookieName, cookieSettings } from '@/lib/cookies';

/** Hands the browser its session and takes away an enrolment that is done. */
export function withSession<R extends NextResponse>(response: R, token: string) {
  response.cookies.set(cookieName('session'), token, cookieSettings(config.sessionMax));
  response.cookies.set(cookieName('enrolment'), '', cookieSettings(0));
  return response;
}

/** Takes the session's cookie away; the session itself must have been ended. */
export function withoutSession<R extends NextResponse>(response: R) {
  response.cookies.set(cookieName('session'), '', cookieSettings(0));
  return response;
}

export const sessionTokenOf = (request: NextRequest) => request.cookies.get(cookieName('session'))?.value;
