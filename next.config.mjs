// Browsers ignore HSTS on http, so that one set of headers serves localhost and production (requirements I1, I3, I4).
const headers = {
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
};

const open = [{ key: 'Cross-Origin-Resource-Policy', value: 'cross-origin' }];
const referrer = (value) => [{ key: 'Referrer-Policy', value }];

// A function on Vercel is asked under the names of the platform, and compares them with `Origin` before it runs an action.
const { VERCEL, PUBLIC_URL } = process.env;
const ownOrigin = VERCEL && URL.canParse(PUBLIC_URL) ? [new URL(PUBLIC_URL).host] : [];

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  productionBrowserSourceMaps: false,
  // Nothing uses it, and it would fetch and change pictures for anybody.
  images: { unoptimized: true },
  // Settled by the build: a project can keep the platform from telling its functions.
  env: VERCEL ? { VERCEL } : {},
  experimental: {
    serverActions: { allowedOrigins: ownOrigin },
    // A start loads what it needs, and each page is loaded by its first request (decision 0059).
    preloadEntriesOnStart: false,
  },
  // Bundled, the first cannot find its WebAssembly.
  // oidc-provider goes by the names of its classes, which a bundler shortens.
  serverExternalPackages: ['@electric-sql/pglite', 'pino', 'prom-client', 'oidc-provider', 'srvx'],
  output: process.env.BUILD_STANDALONE ? 'standalone' : undefined,
  outputFileTracingIncludes: { '/**': ['./drizzle/**/*', './extensions/*/migrations/**/*'] },
  // Next.js takes it along to change pictures, which is off.
  outputFileTracingExcludes: { '**': ['**/node_modules/sharp/**/*', '**/node_modules/@img/**/*'] },
  headers: async () => [
    { source: '/:path*', headers: Object.entries(headers).map(([key, value]) => ({ key, value })) },
    // Apps on other origins read these from a page of theirs; which, the provider decides (CORS).
    { source: '/oidc/:path*', headers: open },
    { source: '/.well-known/:path*', headers: open },
    // Not no-referrer: with it Chromium sends `Origin: null` on plain form posts, which the origin check must refuse.
    // The provider sets its own, which a header from here would overrule.
    { source: '/((?!oidc/).*)', headers: referrer('same-origin') },
    { source: '/.well-known/:path*', headers: referrer('no-referrer') },
  ],
};
