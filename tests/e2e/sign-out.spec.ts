import { expect, newPerson, signIn, signUp, test } from './fixtures';

test('signing out ends the session, also for who goes back or kept the cookie', async ({ page, passkey }) => {
  const person = newPerson();
  await signUp(page, person);
  await page.goto('/account/passkeys');
  await page.goto('/account');
  const cookies = await page.context().cookies();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/signed-out');
  await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
  await passkey.touched(false);

  await page.goBack();
  await page.waitForURL('**/sign-in**');
  await expect(page.getByText(person.email)).toHaveCount(0);

  await page.context().addCookies(cookies);
  await page.goto('/account');
  await page.waitForURL('**/sign-in**');
});

test('a tab that was signed out elsewhere says so, and goes on where it was', async ({ page, passkey, otherTab }) => {
  const person = newPerson();
  await signUp(page, person);
  await page.goto('/account/passkeys');
  await passkey.touched(false);
  const other = await otherTab();
  await other.page.goto('/account');
  await other.page.getByRole('button', { name: 'Sign out' }).click();
  await other.page.waitForURL('**/signed-out');

  await page.getByRole('button', { name: 'Rename Passkey on Windows' }).click();
  await page.getByLabel('Name of this passkey').fill('Laptop');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'You are signed out' })).toBeVisible();
  await page.reload();
  await page.waitForURL('**/sign-in?**');

  await signIn(page, passkey);
  await page.waitForURL('**/account/passkeys');
  await expect(page.getByRole('heading', { name: 'Passkey on Windows' })).toBeVisible();
});

test('on the pages between sign-in and account one can sign out as well, and a visitor is not asked to (G13)', async ({
  page,
}) => {
  const signOut = page.getByRole('contentinfo').getByRole('button', { name: 'Sign out' });
  await page.goto('/help');
  await expect(page.getByRole('contentinfo')).toBeVisible();
  await expect(signOut).toHaveCount(0);
  await signUp(page, newPerson());
  await page.goto('/add-passkey');
  await signOut.click();
  await page.waitForURL('**/signed-out');
});
