import { randomBytes, randomUUID } from 'node:crypto';
import { type NextRequest, NextResponse } from 'next/server';
import { isCalledAsFunction, config as settings } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { browserOf, clearAfterSignOut, rememberBrowser } from '@/lib/http/browser';
import { contentSecurityPolicy } from '@/lib/http/content-security-policy';
import { isPlainForm, RENEWED, TYPED_HEADER, typedForAnotherBuild } from '@/lib/http/other-build';
import { PATH_HEADER, REQUEST_ID_HEADER } from '@/lib/request-context';

/** Headers, the request id and the browser's cookie for documents. Nothing about identity is decided here. */
export async function middleware(request: NextRequest) {
  return (await turnedAway(request)) ?? handOn(request);
}

/** Behind the front door stands the database, which only functions need here. */
async function turnedAway(request: NextRequest) {
  if (!isCalledAsFunction()) return undefined;
  const { refuseUnready } = await import('@/lib/front-door');
  return refuseUnready(request);
}

function handOn(request: NextRequest) {
  if (isForeignForm(request)) return NextResponse.rewrite(new URL('/foreign-form', request.url));
  return isPlainForm(request) ? typedForAnotherBuild(request).then((typed) => answer(request, typed)) : answer(request);
}

/** The page that was asked for; where a form went to an action that this build has not, one that shows what was typed. */
function answer(request: NextRequest, typed?: string) {
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'));
  const requestId = randomUUID();
  const browser = browserOf(request.cookies);
  if (browser.isNew) request.cookies.set(cookieName('browser'), browser.token);

  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  headers.set(REQUEST_ID_HEADER, requestId);
  headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search);
  headers.delete(TYPED_HEADER);
  const response = typed === undefined ? NextResponse.next({ request: { headers } }) : renewed(request, headers, typed);
  response.headers.set('content-security-policy', policy);
  response.headers.set('cache-control', 'private, no-store');
  response.headers.set(REQUEST_ID_HEADER, requestId);
  clearAfterSignOut(request, response);
  rememberBrowser(response.cookies, browser);
  return response;
}

/** Whose `Origin` is another site's; one without any is refused by its action. */
function isForeignForm({ method, headers }: NextRequest) {
  const origin = headers.get('origin');
  return method === 'POST' && origin !== null && origin !== settings.publicUrl;
}

function renewed(request: NextRequest, headers: Headers, typed: string) {
  headers.set(TYPED_HEADER, typed);
  // No form any more, so that Next looks for no action in it.
  headers.set('content-type', 'text/plain');
  const page = request.nextUrl.clone();
  page.pathname = RENEWED;
  page.search = '';
  return NextResponse.rewrite(page, { request: { headers } });
}

export const config = {
  runtime: 'nodejs',
  // Everything but what answers for itself, each by its whole name: what is not there has a page, and that is a document.
  matcher: [
    '/((?!api/|oidc/|_next/static/|_next/webpack-hmr|\\.well-known/(?:change-password|oauth-authorization-server|openid-configuration|passkey-endpoints|security\\.txt|webauthn)$|(?:healthz|readyz|metrics|favicon\\.ico|icon\\.svg|apple-touch-icon\\.png|icon-[a-z0-9-]+\\.png|letter-logo\\.png|manifest\\.webmanifest)$).*)',
  ],
};
