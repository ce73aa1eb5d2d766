import { findApache } from '../../scripts/apache.mjs';
import { startApache } from './apache';
import { expect, newPerson, openTouched, signUp, test } from './fixtures';

const address = `http://localhost:${process.env.E2E_APACHE_PORT}`;

test.skip(!findApache(), 'Apache with mod_auth_openidc is not installed (apache2, libapache2-mod-auth-openidc)');

test('a site behind Apache knows who came, and signs out everywhere', async ({ page, passkey }) => {
  const person = newPerson();
  await signUp(page, person);
  await page.context().clearCookies();
  const apache = await startApache(address);
  try {
    await openTouched(page, address);
    await page.getByRole('button', { name: 'Allow' }).click();
    await expect(page.getByRole('heading')).toHaveText(`You are ${person.email}`);

    await passkey.touched(false);
    await page.goto(`${address}/callback?logout=${encodeURIComponent(`${address}/signed-out`)}`);
    await expect(page.getByRole('heading', { name: 'Signed out' })).toBeVisible();
    expect(page.url()).toBe(`${address}/signed-out`);

    await page.goto(address);
    await expect(page.getByRole('heading', { name: 'Sign in to Example app' })).toBeVisible();
  } finally {
    await apache.stop();
  }
});
