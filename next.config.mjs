import { securityHeaders } from './lib/security-headers.mjs';

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
  headers: async () =>
    securityHeaders.map(({ source, headers }) => ({
      source,
      headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
    })),
};
