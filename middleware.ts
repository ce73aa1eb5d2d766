import { randomBytes, randomUUID } from 'node:crypto';
import { type NextRequest, NextResponse } from 'next/server';
import { cookieName } from '@/lib/cookies';
import { browserOf, rememberBrowser } from '@/lib/http/browser';
import { contentSecurityPolicy } from '@/lib/http/content-security-policy';
import { PATH_HEADER, REQUEST_ID_HEADER } from '@/lib/requester';

/** Headers, the request id and the browser's cookie for documents. Nothing about identity is decided here. */
export function middleware(request: NextRequest) {
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'));
  const requestId = randomUUID();
  const browser = browserOf(request);
  if (browser.isNew) request.cookies.set(cookieName('browser'), browser.token);

  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  headers.set(REQUEST_ID_HEADER, requestId);
  headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  response.headers.set('cache-control', 'private, no-store');
  response.headers.set(REQUEST_ID_HEADER, requestId);
  return rememberBrowser(response, browser);
}

export const config = {
  runtime: 'nodejs',
  matcher: ['/((?!api/|oidc/|\\.well-known/|_next/|healthz|readyz|metrics|favicon\\.ico|icon\\.svg).*)'],
};
