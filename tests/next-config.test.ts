import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

async function allowedOrigins(environment: Record<string, string | undefined>) {
  for (const [name, value] of Object.entries({ VERCEL: undefined, ...environment })) vi.stubEnv(name, value);
  vi.resetModules();
  const { default: config } = await import('../next.config.mjs');
  return config.experimental?.serverActions?.allowedOrigins;
}

test('I1, I3, I4, I12: what every answer carries, and no source map', async () => {
  vi.resetModules();
  const { default: config } = await import('../next.config.mjs');
  const [everywhere] = await config.headers!();
  expect(everywhere?.source).toBe('/:path*');
  const headers = Object.fromEntries(everywhere!.headers.map(({ key, value }) => [key, value]));
  expect(headers).toEqual({
    'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': expect.stringMatching(
      /^publickey-credentials-create=\(self\), publickey-credentials-get=\(self\), (\S+=\(\)(, )?)+$/,
    ),
  });
  expect(config.productionBrowserSourceMaps).toBe(false);
  expect(config.poweredByHeader).toBe(false);
});

test('a build on Vercel allows forms from PUBLIC_URL, under whatever name its functions are asked', async () => {
  const VERCEL = '1';
  expect(await allowedOrigins({ VERCEL, PUBLIC_URL: 'https://id.example.com' })).toEqual(['id.example.com']);
  expect(await allowedOrigins({ VERCEL, PUBLIC_URL: 'https://Bücher.example:8443/' })).toEqual([
    'xn--bcher-kva.example:8443',
  ]);
  // What is wrong with it, the program says when it starts.
  for (const PUBLIC_URL of [undefined, '', 'id.example.com']) {
    expect(await allowedOrigins({ VERCEL, PUBLIC_URL })).toEqual([]);
  }
});

test('a build for an image allows no origin of its own: its address is known when it starts', async () => {
  expect(await allowedOrigins({ PUBLIC_URL: 'https://build.example.com' })).toEqual([]);
});
