import { readdirSync } from 'node:fs';
import { NextRequest } from 'next/server';
import { expect, test } from 'vitest';
import { config as settings } from '@/lib/config';
import { withSettings } from '@/tests/setup/settings';
import { config, middleware } from './middleware';

const visit = (path: string, headers: Record<string, string> = {}) =>
  middleware(new NextRequest(`${settings.publicUrl}${path}`, { headers }));
/** A header that Next hands on to the page. */
const handedOn = (response: Response, name: string) => response.headers.get(`x-middleware-request-${name}`);

test('I2: every document has a nonce of its own, and runs nothing without it', async () => {
  const policies = [await visit('/'), await visit('/')].map(({ headers }) => headers.get('content-security-policy')!);
  expect(policies[0]).not.toBe(policies[1]);
  for (const policy of policies) {
    expect(policy).toMatch(/(^|; )script-src 'nonce-[A-Za-z0-9+/]{22}==' 'strict-dynamic'(;|$)/);
    for (const rule of [
      "default-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ]) {
      expect(policy.split('; ')).toContain(rule);
    }
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/);
  }
  expect(handedOn(await visit('/'), 'content-security-policy')).toContain('nonce-');
});

test('I10: a document is not stored, and has a request id and a path of ours whatever the client says', async () => {
  const forged = { 'x-request-id': 'forged', 'x-latchkey-path': '//evil.example', 'content-security-policy': 'forged' };
  const response = await visit('/account?x=1', forged);
  expect(response.headers.get('cache-control')).toMatch(/no-store/);
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(handedOn(response, 'x-request-id')).toBe(response.headers.get('x-request-id'));
  expect(handedOn(response, 'x-latchkey-path')).toBe('/account?x=1');
  expect(handedOn(response, 'content-security-policy')).not.toContain('forged');
});

test('A2: a browser gets its value once, well-formed, and only scripts of ours never see it', async () => {
  const first = (await visit('/sign-in')).headers.getSetCookie();
  expect(first).toEqual([expect.stringMatching(/^latchkey-browser=[\w-]{43}; .*HttpOnly/i)]);
  const cookie = first[0]!.split(';')[0]!;
  expect((await visit('/sign-in', { cookie: cookie })).headers.getSetCookie()).toEqual([]);
  for (const wrong of ['x', '', 'a'.repeat(44), `${'a'.repeat(42)}!`]) {
    expect((await visit('/sign-in', { cookie: `latchkey-browser=${wrong}` })).headers.getSetCookie()).toHaveLength(1);
  }
  await withSettings({ PUBLIC_URL: 'https://id.example.com', TRUSTED_PROXIES: 'none' }, async () => {
    expect((await visit('/')).headers.getSetCookie()[0]).toMatch(/^__Host-latchkey-browser=.*Secure/i);
  });
});

test('who signed out has what the browser kept cleared with the next document, once, and never its cookies', async () => {
  const first = await visit('/signed-out', { cookie: 'latchkey-signed-out=1' });
  expect(first.headers.get('clear-site-data')).toBe('"cache", "storage"');
  expect(first.headers.getSetCookie()).toContainEqual(expect.stringMatching(/^latchkey-signed-out=;.*Max-Age=0/));
  expect((await visit('/signed-out')).headers.has('clear-site-data')).toBe(false);
});

test('a form from another site is led to where it is refused, and no other request is', async () => {
  const sent = (method: string, origin?: string) =>
    middleware(
      new NextRequest(`${settings.publicUrl}/sign-in`, { method, headers: origin === undefined ? {} : { origin } }),
    );
  const ledTo = (response: Response) => response.headers.get('x-middleware-rewrite');
  for (const origin of ['https://evil.example', 'null', '', 'not an origin', `${settings.publicUrl}/`]) {
    expect(ledTo(await sent('POST', origin)), origin).toBe(`${settings.publicUrl}/foreign-form`);
  }
  for (const [method, origin] of [
    ['POST', settings.publicUrl],
    ['POST', undefined],
    ['GET', 'https://evil.example'],
  ] as const) {
    expect(ledTo(await sent(method, origin)), `${method} ${origin}`).toBeNull();
  }
});

test('it runs for documents and for nothing else', () => {
  const runs = (path: string) => new RegExp(`^${config.matcher[0]}$`).test(path);
  const documents = ['/', '/sign-in', '/account/passkeys', '/apis', '/healthzfoo', '/readyz/x', '/metrics2'];
  const nothingThere = [
    '/.well-known/x',
    '/.well-known/webauthn/x',
    '/icon.svg.x',
    '/icons',
    '/_next/image',
    '/_next/x',
  ];
  expect([...documents, ...nothingThere].filter((path) => !runs(path))).toEqual([]);
  const others = ['/api/passkeys', '/oidc/token', '/_next/static/x.js', '/healthz', '/readyz', '/metrics'];
  const files = readdirSync('public').map((name) => `/${name}`);
  const wellKnown = readdirSync('app/.well-known').map((name) => `/.well-known/${name}`);
  expect([...others, ...files, ...wellKnown, '/icon.svg', '/favicon.ico'].filter(runs)).toEqual([]);
});
