// What every answer has, whoever answers: Next.js by next.config.mjs, or lib/front-door itself.

// Browsers ignore HSTS on http, so that one set of headers serves localhost and production (requirements I1, I3, I4).
const everywhere = {
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
};

// Apps on other origins read these from a page of theirs; which, the provider decides (CORS).
const open = { 'Cross-Origin-Resource-Policy': 'cross-origin' };

// Not no-referrer: with it Chromium sends `Origin: null` on plain form posts, which the origin check must refuse.
const sameOrigin = { 'Referrer-Policy': 'same-origin' };
const noReferrer = { 'Referrer-Policy': 'no-referrer' };

/** By their paths; of two rules that set the same header the later one counts. The provider sets a referrer policy of its own. */
export const securityHeaders = [
  { source: '/:path*', headers: everywhere },
  { source: '/oidc/:path*', headers: open },
  { source: '/.well-known/:path*', headers: { ...open, ...noReferrer } },
  { source: '/((?!oidc/|\\.well-known/).*)', headers: sameOrigin },
];

const lowerCase = (headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const ofOidc = lowerCase({ ...everywhere, ...open });
const ofWellKnown = lowerCase({ ...everywhere, ...open, ...noReferrer });
const ofOthers = lowerCase({ ...everywhere, ...sameOrigin });

/** The same for one path, for whoever does not read the patterns of Next.js; names in lower case. */
export function securityHeadersOf(path) {
  if (path.startsWith('/oidc/')) return ofOidc;
  return path.startsWith('/.well-known/') ? ofWellKnown : ofOthers;
}
