import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

async function allowedOrigins(environment: Record<string, string | undefined>) {
  for (const [name, value] of Object.entries({ VERCEL: undefined, ...environment })) vi.stubEnv(name, value);
  vi.resetModules();
  const { default: config } = await import('../next.config.mjs');
  return config.experimental?.serverActions?.allowedOrigins;
}

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
