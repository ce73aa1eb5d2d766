import { expect, holdBack, hydrated, newPerson, signInButton, signUp, test, withoutAutofill } from './fixtures';

test('two tabs on the sign-in page both sign in', async ({ page, passkey, otherTab }) => {
  const person = newPerson();
  await signUp(page, person);
  await page.context().clearCookies();
  await withoutAutofill(page.context());
  const second = await otherTab();
  await page.goto('/sign-in');
  await second.page.goto('/sign-in');

  await page.bringToFront();
  await signInButton(page).click();
  await page.waitForURL('**/account**');

  for (const credential of await passkey.credentials()) await second.passkey.add(credential);
  await second.passkey.touched(true);
  await second.page.bringToFront();
  await signInButton(second.page).click();
  await second.page.waitForURL('**/account**');
  await page.reload();
  await expect(page.getByText(`Signed in as ${person.email}`)).toBeVisible();
});

test('two tabs add a passkey each at the same time', async ({ page, passkey, otherTab }) => {
  await signUp(page, newPerson());
  await passkey.forgetAll();
  const second = await otherTab();
  await second.passkey.touched(true);
  await page.goto('/account/passkeys');
  await second.page.goto('/account/passkeys');

  const answers = '**/api/passkeys/register/verify';
  const letGo = await holdBack(page, answers);
  const held = page.waitForRequest(answers);
  await page.bringToFront();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await held;
  await second.page.bringToFront();
  await second.page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(second.page.getByLabel('Name of this passkey')).toHaveValue('Passkey on Windows 2');
  letGo();
  await expect(page.getByLabel('Name of this passkey')).toHaveValue('Passkey on Windows 3');
  await expect(page.getByRole('heading', { name: '3 passkeys' })).toBeVisible();
});

test('a page whose session has ended elsewhere says so, whatever is pressed, and leads to sign-in and back', async ({
  page,
}) => {
  await signUp(page, newPerson());
  await page.goto('/account/passkeys');
  await hydrated(page);
  await page.context().clearCookies();
  const again = page.getByRole('link', { name: 'Sign in again to go on.' });

  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByText('You are signed out')).toBeVisible();
  await expect(again).toHaveAttribute('href', '/sign-in?return_to=%2Faccount%2Fpasskeys');
  await page.getByRole('button', { name: /^Rename/ }).click();
  await page.getByLabel('Name of this passkey').fill('Desk');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(again).toHaveCount(2);
});

test('what a page shows one person does nothing for another who has signed in since', async ({ page, otherTab }) => {
  const [one, two] = [newPerson(), newPerson()];
  await signUp(page, one);
  await page.goto('/account/passkeys');
  await hydrated(page);
  await page.context().clearCookies();
  const second = await otherTab();
  await second.passkey.touched(true);
  await signUp(second.page, two);

  await page.bringToFront();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByText('Somebody else is signed in now')).toBeVisible();
  await page.goto('/account/passkeys');
  await expect(page.getByRole('heading', { name: '1 passkey' })).toBeVisible();
});
