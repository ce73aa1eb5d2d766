import { createServer } from 'node:http';
import type { Page } from '@playwright/test';
import { expect, newPerson, test } from './fixtures';
import { documented, type Latchkey, missingPrograms, startApacheProxy, startLatchkey, startNginx } from './proxies';

const missing = missingPrograms();
test.skip(missing.length > 0, `not installed: ${missing.join(', ')}`);
// All of them are at the one address that Latchkey has.
test.describe.configure({ mode: 'default' });
test.use({ ignoreHTTPSErrors: true });

let latchkey: Latchkey;
test.beforeAll(async () => {
  if (missing.length === 0) latchkey = await startLatchkey();
});
test.afterAll(() => latchkey?.stop());

/** One that answers in its page, and one that leads to another. */
async function sendsForms(page: Page) {
  await page.goto(`${latchkey.url}/sign-in`);
  await page.getByLabel('E-mail').fill(newPerson().email);
  await page.getByLabel('Password', { exact: true }).fill('not the password at all');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByText('That did not match.')).toBeVisible();
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
}

const pass = 'proxy_pass http://127.0.0.1:3000;';
const proxies = [
  ['nginx as documented', startNginx, () => documented('nginx')],
  ['nginx whose Host has no port', startNginx, () => `location / { ${pass} proxy_set_header Host $host; }`],
  ['nginx without a line for Host', startNginx, () => `location / { ${pass} }`],
  ['Apache as documented', startApacheProxy, () => documented('Apache')],
  ['Apache that keeps Host', startApacheProxy, () => `${documented('Apache')}\nProxyPreserveHost On`],
] as const;

for (const [name, start, lines] of proxies) {
  test(`forms are sent with and without a script through ${name}`, async ({ page, browser }) => {
    const proxy = await start(latchkey, lines());
    const plain = await browser.newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true });
    try {
      await sendsForms(page);
      await sendsForms(await plain.newPage());
    } finally {
      await plain.close();
      await proxy.stop();
    }
  });
}

for (const [name, start] of [
  ['nginx', startNginx],
  ['Apache', startApacheProxy],
] as const) {
  test(`a state of 6,000 characters goes back to the app through ${name} as documented`, async ({ page }) => {
    const proxy = await start(latchkey, documented(name));
    const app = createServer((_, answer) => answer.end('back at the app')).listen(new URL(latchkey.app).port);
    const state = 'x'.repeat(6_000);
    const parameters = new URLSearchParams({
      client_id: 'example',
      redirect_uri: `${latchkey.app}/callback`,
      response_type: 'code',
      scope: 'openid',
      prompt: 'none',
      code_challenge_method: 'S256',
      code_challenge: 'x'.repeat(43),
      state,
    });
    try {
      await page.goto(`${latchkey.url}/oidc/authorize?${parameters}`);
      await expect(page.getByText('back at the app')).toBeVisible();
      const { searchParams } = new URL(page.url());
      expect([searchParams.get('error'), searchParams.get('state')]).toEqual(['login_required', state]);
    } finally {
      app.close();
      await proxy.stop();
    }
  });
}

test('a page that was opened under another name says where to send its form, with and without a script', async ({
  page,
  browser,
}) => {
  const proxy = await startNginx(latchkey, documented('nginx'));
  const plain = await browser.newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true });
  try {
    for (const shown of [page, await plain.newPage()]) {
      await shown.goto(`https://elsewhere.localhost:${latchkey.outside}/sign-in`);
      await shown.getByLabel('E-mail').fill('ada@example.com');
      await shown.getByLabel('Password', { exact: true }).fill('not the password at all');
      await shown.getByRole('button', { name: 'Sign in', exact: true }).click();
      await expect(shown.getByText(`so nothing was done. Open ${latchkey.url} and send it there.`)).toBeVisible();
    }
    await expect(page.getByLabel('E-mail')).toHaveValue('ada@example.com');
  } finally {
    await plain.close();
    await proxy.stop();
  }
});

test('no address that leaves is built from a host that was sent', async ({ request }) => {
  const headers = {
    host: 'evil.example',
    forwarded: 'host=evil.example;proto=http',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
  };
  const pages = ['/', '/account', '/sign-in', '/sign-in/', '/recover', '/no/such/page', '/.well-known/change-password'];
  const apps = [
    '/.well-known/openid-configuration',
    '/oidc/authorize?client_id=example',
    '/oidc/logout',
    '/oidc/device',
  ];
  const api = ['/api/auth/providers', '/api/auth/signin', '/api/auth/csrf', '/api/nothing', '/.well-known/webauthn'];
  for (const path of [...pages, ...apps, ...api]) {
    const answer = await request.get(`http://127.0.0.1:${latchkey.port}${path}`, { headers, maxRedirects: 0 });
    expect(answer.status(), path).toBeLessThan(500);
    expect(JSON.stringify(answer.headersArray()) + (await answer.text()), path).not.toContain('evil.example');
    const { location, 'set-cookie': cookies } = answer.headers();
    expect(location ?? '/', path).toMatch(new RegExp(`^(/(?!/)|${latchkey.url}/)`));
    for (const cookie of cookies?.split('\n') ?? []) expect(cookie, path).toMatch(/; secure/i);
  }
});

test('a form from another site is refused in plain words, whatever host it says it was sent to', async ({
  request,
}) => {
  const before = latchkey.errors();
  for (const origin of ['https://evil.example', 'null', 'not an origin', `http://id.localhost:${latchkey.outside}`]) {
    for (const script of [undefined, { 'next-action': '0'.repeat(42) }]) {
      const headers = { origin, host: 'evil.example', 'x-forwarded-host': 'evil.example', ...script };
      const multipart = { email: 'ada@example.com', password: 'not the password at all' };
      const answer = await request.post(`http://127.0.0.1:${latchkey.port}/sign-in`, { multipart, headers });
      expect(answer.status(), origin).toBe(403);
      expect(await answer.text()).toBe(
        `This form was sent from another site, so nothing was done. Open ${latchkey.url} and send it there.\n`,
      );
    }
  }
  expect(latchkey.errors()).toBe(before);
});
