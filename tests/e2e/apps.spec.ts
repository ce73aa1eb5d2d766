import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expectGoodPage, expectReadable } from './every-page';
import { administrator, expect, newPerson, test } from './fixtures';
import { startApp } from './world';

test.use({ storageState: administrator });
test.beforeEach(({ passkey }) => passkey.touched(false));

const mark = () => newPerson().name.slice('Robin '.length);

async function fillNew(page: Page, name: string, address = `https://${name.toLowerCase()}.example.com/callback`) {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('After signing in').fill(address);
}

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

test('an app is registered, shows its secret once, is changed, gets a new secret, and is deleted', async ({ page }) => {
  const name = `Wiki${mark()}`;
  await page.goto('/admin/clients');
  await page.getByRole('link', { name: 'Register an app' }).click();
  await fillNew(page, name, 'http://wiki.example.com/callback');
  await page.getByLabel('When somebody enters a code').check();
  await page.getByLabel('The groups').check();
  await page.getByLabel('The e-mail address').uncheck();

  await test.step('what is wrong is said at its field, and nothing that was entered is lost', async () => {
    await page.getByRole('button', { name: 'Register the app' }).click();
    await expect(page.getByText('must begin with https://')).toBeVisible();
    await expect(page.getByLabel('After signing in')).toBeFocused();
    await expect(field(page, 'Name')).toHaveValue(name);
    await expect(page.getByLabel('After signing in')).toHaveValue('http://wiki.example.com/callback');
    for (const label of ['When somebody enters a code', 'When somebody signs in', 'The groups', 'The name', 'PKCE'])
      await expect(page.getByRole('checkbox', { name: new RegExp(`^${label}`) }).first()).toBeChecked();
    await expect(page.getByLabel('The e-mail address')).not.toBeChecked();
  });

  const secret = await test.step('the secret is shown', async () => {
    await page.getByLabel('After signing in').fill('https://wiki.example.com/callback');
    await page.getByRole('button', { name: 'Register the app' }).click();
    const shown = page.getByRole('status').filter({ hasText: `${name} is registered` });
    await expect(shown).toBeVisible();
    await expect(page.getByText('/.well-known/openid-configuration').first()).toBeVisible();
    await page.getByText('openid-client', { exact: true }).click();
    await expect(page.getByText("redirect_uri: 'https://wiki.example.com/callback'")).toBeVisible();
    await expectReadable(page);
    return shown.locator('code').last().innerText();
  });
  expect(secret).toMatch(/^[\w-]{43}$/);

  await test.step('and never again', async () => {
    await page.getByRole('link', { name: 'Go on to its settings' }).click();
    await page.waitForURL(/\/admin\/clients\/app-/);
    await expect.poll(() => page.content().catch(() => secret)).not.toContain(secret);
    await page.goBack();
    await expect(page.getByRole('heading', { name: 'Register an app' })).toBeVisible();
    // The browser may still be fetching the page anew, and then there is nothing to be read of it.
    await expect.poll(() => page.content().catch(() => secret)).not.toContain(secret);
    await page.goForward();
    await page.waitForURL(/\/admin\/clients\/app-/);
  });

  await test.step('it is changed', async () => {
    await expectGoodPage(page, new URL(page.url()).pathname);
    await page
      .getByLabel('After signing in')
      .fill('https://wiki.example.com/callback\nhttps://wiki.example.com/second');
    await page.getByLabel('This app is ours').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved. It holds from the next request on.')).toBeVisible();
    await page.reload();
    await expect(page.getByLabel('After signing in')).toHaveValue(/second$/);
    await expect(page.getByLabel('This app is ours')).toBeChecked();
    await page.goto('/admin/clients');
    await expect(page.getByRole('listitem').filter({ hasText: name })).toContainText('Ours');
  });

  await test.step('a new secret is shown once as well', async () => {
    await page.getByRole('link', { name }).click();
    await page.getByRole('button', { name: 'New secret' }).click();
    const dialog = page.getByRole('dialog', { name: `Give ${name} a new secret?` });
    await dialog.getByRole('button', { name: 'Make the secret' }).click();
    const next = await dialog.locator('code').innerText();
    expect(next).not.toBe(secret);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => page.content().catch(() => next)).not.toContain(next);
  });

  await test.step('its tokens are ended, which is said beside the button', async () => {
    const grants = page.getByRole('region', { name: 'What it was given' });
    await grants.getByRole('button', { name: 'End all its tokens' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End them' }).click();
    await expect(grants.getByRole('status')).toHaveText('Every token has ended, and everybody is asked again.');
    await expect(grants.getByRole('status')).toBeInViewport();
  });

  await test.step('it is deleted', async () => {
    await page.getByRole('button', { name: 'Delete the app' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete for ever' }).click();
    await expect(page.getByText('The app is deleted.')).toBeVisible();
    await expect(page.getByRole('link', { name })).toHaveCount(0);
  });
});

test('a picture is chosen, shown and removed; one that is none is refused at once', async ({ page }) => {
  const name = `Photos${mark()}`;
  await page.goto('/admin/clients/new');
  await fillNew(page, name);
  const file = page.locator('input[type=file]');
  await file.setInputFiles({ name: 'x.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
  await expect(page.getByText('Choose a PNG, JPEG or WebP picture.')).toBeVisible();
  await file.setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.alloc(49 * 1024 + 1) });
  await expect(page.getByText('This picture has 50 KB, more than 48.')).toBeVisible();

  const picture = readFileSync('docs/images/sign-in.png');
  await file.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: picture });
  await expect(page.getByRole('button', { name: 'Remove picture' })).toBeVisible();
  await page.getByRole('button', { name: 'Register the app' }).click();
  await page.getByRole('link', { name: 'Go on to its settings' }).click();
  await expect(page.locator('main img').first()).toHaveAttribute('src', /^data:image\/png;base64,/);

  await page.getByRole('button', { name: 'Remove picture' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await expect(page.locator('main img')).toHaveCount(0);
});

test('an app that was let know something stands with the person, who withdraws it', async ({ page }) => {
  const name = `Notes${mark()}`;
  await page.goto('/account/apps');
  await page.goto('/admin/clients/new');
  const home = await startApp();
  await fillNew(page, name, `${home}/callback`);
  await page.getByLabel('Client ID (optional)').fill(name);
  await page.getByRole('button', { name: 'Register the app' }).click();
  await expect(page.getByText(`${name} is registered`)).toBeVisible();

  const request = { client_id: name, response_type: 'code', scope: 'openid profile', code_challenge_method: 'S256' };
  const query = new URLSearchParams({
    ...request,
    code_challenge: 'x'.repeat(43),
    redirect_uri: `${home}/callback`,
  });
  await page.goto(`/oidc/authorize?${query}`);
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(page.getByText('Back at the app')).toBeVisible();

  await expectGoodPage(page, '/account/apps');
  const app = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
  await expect(app).toContainText(new URL(home).host);
  await expect(app).toContainText('Your name');
  await expect(app).not.toContainText('Your e-mail address');
  await app.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await expect(page.getByText('The app has to ask you again.')).toBeVisible();
  await expect(app).toHaveCount(0);
  await page.goto(`/oidc/authorize?${query}`);
  await expect(page.getByRole('button', { name: 'Allow' })).toBeVisible();
});

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });

  test('an app is registered and changed, and nothing that was entered is lost', async ({ page }) => {
    const name = `Plain${mark()}`;
    await page.goto('/admin/clients/new');
    await fillNew(page, name, 'https://plain.example.com/#fragment');
    await page.getByLabel('Again without asking').check();
    await page.getByRole('button', { name: 'Register the app' }).click();
    await expect(page.getByText('has a fragment (#)')).toBeVisible();
    await expect(field(page, 'Name')).toHaveValue(name);
    await expect(page.getByLabel('Again without asking')).toBeChecked();
    await page.getByLabel('After signing in').fill('https://plain.example.com/');
    await page.getByRole('button', { name: 'Register the app' }).click();
    await expect(page.getByText('Copy the secret now')).toBeVisible();

    await page.getByRole('link', { name: 'Go on to its settings' }).click();
    await page.getByLabel('By a passkey', { exact: false }).first().check();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await page.goto('/admin/clients');
    await expect(page.getByRole('listitem').filter({ hasText: name })).toContainText('Passkey only');
  });
});
