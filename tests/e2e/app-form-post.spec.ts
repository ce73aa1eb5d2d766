import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { administrator, expect, newPerson, test } from './fixtures';

test.use({ storageState: administrator });

test('an answer that is posted to an app comes with our origin, and with no address of ours', async ({ page }) => {
  const received: { request: IncomingMessage; body: string }[] = [];
  const server = createServer((request, answer) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.method === 'POST') received.push({ request, body });
      answer.writeHead(200, { 'content-type': 'text/html' }).end('<h1>At the app</h1>');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;

  await page.goto('/admin/clients/new');
  const { origin } = new URL(page.url());
  await page.getByLabel('Name', { exact: true }).fill(newPerson().name);
  const id = `posted-${crypto.randomUUID().slice(0, 8)}`;
  await page.getByLabel('Client ID (optional)').fill(id);
  await page.getByLabel('After signing in').fill(redirectUri);
  await page.getByLabel('This app is ours').check();
  await page.getByRole('button', { name: 'Register the app' }).click();
  await expect(page.getByText('is registered')).toBeVisible();

  const parameters = new URLSearchParams({
    client_id: id,
    redirect_uri: redirectUri,
    response_type: 'code',
    response_mode: 'form_post',
    scope: 'openid',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  });
  await page.goto(`/oidc/authorize?${parameters}`);
  await expect(page.getByRole('heading', { name: 'At the app' })).toBeVisible();
  expect(received).toHaveLength(1);
  expect(received[0]!.body).toContain('code=');
  expect(received[0]!.request.headers).toMatchObject({ origin, referer: `${origin}/` });

  const keySet = await page.request.get('/oidc/jwks');
  expect(keySet.headers()['cache-control']).toBe('public, max-age=300');
  const form = { client_id: id, grant_type: 'authorization_code', code: 'x' };
  const refused = await page.request.post('/oidc/token', { form, headers: { origin: 'null' } });
  expect([refused.ok(), refused.headers()['cache-control']]).toEqual([false, 'no-store']);
  server.closeAllConnections();
  server.close();
});
