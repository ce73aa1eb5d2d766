import { expect, newPerson, test } from './fixtures';

test.use({ javaScriptEnabled: false });

test('the sign-in page is useful before any script, and without', async ({ page }) => {
  const person = newPerson();
  await page.goto('/sign-in');
  const note = page.locator('noscript > p');
  await expect(note).toBeVisible();
  await expect(note).toContainText('that takes JavaScript. Without it, sign in with your password.');
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toBeDisabled();
  await expect(page.getByRole('link', { name: 'Forgot your password or lost your passkey?' })).toBeVisible();

  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill('not the password at all');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByText('That did not match.')).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue(person.email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');

  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('Your name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
});
