import { randomUUID } from 'node:crypto';
import { REQUEST_ID_HEADER } from '@/lib/request-context';

/** Why a request is not served, in words for whoever asks and for the operator. */
export type FrontDoorRefusal = {
  status: keyof typeof titles;
  code: string;
  message: string;
  forOperators?: string;
  headers?: Record<string, string>;
};

/** The response in the form of the endpoint: a page, JSON of our API, or an error of OAuth. */
export function refusalResponse(
  { path, accept }: { path: string; accept?: string | null | undefined },
  why: FrontDoorRefusal,
) {
  const requestId = randomUUID();
  const headers = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    [REQUEST_ID_HEADER]: requestId,
    ...(why.status === 503 && { 'retry-after': '30' }),
    ...why.headers,
  };
  const { status, code, message } = why;
  if (path.startsWith('/api/')) {
    return Response.json({ error: { code, message, requestId } }, { status, headers });
  }
  if (/^\/(oidc|\.well-known)\//.test(path) && !accept?.includes('text/html')) {
    const error = status === 503 || status === 421 ? 'temporarily_unavailable' : 'invalid_request';
    return Response.json({ error, error_description: message }, { status, headers });
  }
  return new Response(page(why), {
    status,
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'`,
    },
  });
}

const titles = {
  400: 'This cannot be read',
  405: 'This cannot be done here',
  413: 'Too much at once',
  421: 'Another address',
  503: 'Not available right now',
};

/** A page of its own, because the pages of the app need what is missing. */
const page = ({ status, message, forOperators }: FrontDoorRefusal) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${titles[status]}</title>
<style>
  :root { color-scheme: light dark; }
  body {
    margin: 0; min-height: 100dvh; display: grid; place-items: center; line-height: 1.5;
    font-family: -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", system-ui, sans-serif;
    background: light-dark(oklch(0.976 0.003 240), oklch(0.172 0.006 255));
    color: light-dark(oklch(0.225 0.014 250), oklch(0.945 0.004 240));
  }
  main { max-width: 26rem; padding: 1.5rem; overflow-wrap: anywhere; }
  h1 { font-size: 1.375rem; line-height: 1.25; margin: 0 0 0.5rem; text-wrap: balance; }
  p { margin: 0; }
  p + p { margin-top: 1rem; font-size: 0.875rem; color: light-dark(oklch(0.465 0.014 250), oklch(0.735 0.01 248)); }
</style>
<main>
<h1>${titles[status]}</h1>
<p>${escaped(message)}</p>
${forOperators ? `<p>${escaped(forOperators)}</p>` : ''}
</main>
</html>
`;

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
