import { readFileSync } from 'node:fs';
import { expect, newPerson, signUp, test } from './fixtures';

test('where nothing is there is a page, with the policy of every document', async ({ request }) => {
  const nowhere = [
    '/healthzfoo',
    '/metrics/x',
    '/.well-known/x',
    '/icons',
    '/_next/x',
    '/_next/image?url=%2Ficon.svg&w=64&q=75',
  ];
  for (const path of nowhere) {
    const answer = await request.get(path);
    expect(answer.status(), path).toBe(404);
    expect(answer.headers()['content-security-policy'], path).toMatch(/script-src 'nonce-/);
  }
});

test('a home screen finds a manifest with our name and icons of their sizes', async ({ page }) => {
  await page.goto('/sign-in');
  await expect(page.locator('link[rel="apple-touch-icon"]')).toHaveAttribute('href', '/apple-touch-icon.png');
  const href = await page.locator('link[rel="manifest"]').getAttribute('href');
  const manifest = await (await page.request.get(href!)).json();
  expect(manifest).toMatchObject({ name: 'Latchkey', start_url: '/' });
  const pictures: { src: string; sizes: string }[] = [
    ...manifest.icons,
    { src: '/apple-touch-icon.png', sizes: '180x180' },
  ];
  for (const { src, sizes } of pictures) {
    const answer = await page.request.get(src);
    expect([src, answer.status(), answer.headers()['set-cookie']]).toEqual([src, 200, undefined]);
    if (sizes === 'any') continue;
    const png = await answer.body();
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, src).toBe(sizes);
  }
});

test('signing out clears what the browser kept of our pages, and no cookie of another app', async ({
  page,
  context,
  passkey,
}) => {
  await signUp(page, newPerson());
  await passkey.touched(false);
  await page.goto('/account');
  await page.evaluate(() => localStorage.setItem('kept', 'here'));
  await context.addCookies([{ name: 'of-another-app', value: '1', url: page.url() }]);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/signed-out');
  await page.goto('/sign-in');
  await expect.poll(() => page.evaluate(() => localStorage.getItem('kept'))).toBeNull();
  expect((await context.cookies()).map(({ name }) => name)).toContain('of-another-app');
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('latchkey-signed-out');
});

test('the server takes no library for pictures along', () => {
  const { files } = JSON.parse(readFileSync('.next/next-server.js.nft.json', 'utf8')) as { files: string[] };
  expect(files.filter((file) => /node_modules\/(sharp|@img)\//.test(file))).toEqual([]);
});
