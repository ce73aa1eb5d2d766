import type { Page } from '@playwright/test';
import { enterPassword, PASSWORD, setPassword, signOut, turnOnTwoStep } from './factors';
import { emailTo, expect, newPerson, signUp, test } from './fixtures';

const OTHER_PASSWORD = 'seven lanterns, one quartz door';
const readiness = (page: Page, word: string) => page.getByRole('heading', { name: `Ready to recover: ${word}` });

/** Presses a button that asks first, and says yes in its dialog. */
async function confirm(page: Page, within: string, button: string, submit: string) {
  await page.getByRole('region', { name: within }).getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: submit }).click();
}

test('the page says whether one would get back in, and the one next step', async ({ page }) => {
  const person = newPerson();
  await signUp(page, person);
  await expect(readiness(page, 'Almost')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Next: add a second passkey' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Add a passkey' })).toHaveAttribute('href', '/account/passkeys');

  await setPassword(page);
  await page.goto('/account');
  await expect(readiness(page, 'Ready')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Turn on two-step sign-in' })).toBeVisible();

  const { codes } = await turnOnTwoStep(page, person);
  await page.goto('/account/security');
  await expect(readiness(page, 'Ready')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Turn on two-step sign-in' })).toHaveCount(0);
  const facts = page.getByRole('list', { name: 'What you have' }).getByRole('listitem');
  await expect(facts).toHaveText([
    '1 passkey',
    'A password',
    'A link to your confirmed e-mail',
    `${codes.length} of 10 recovery codes left`,
  ]);
});

test('a changed password ends the old one and, if asked, the other sessions (G7)', async ({ page, otherDevice }) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);
  const thief = await otherDevice();
  await enterPassword(thief.page, person);
  await thief.page.waitForURL('**/add-passkey**');

  // A new page: on the old one it still says of the first password that it is saved, which would be taken for the second.
  await page.goto('/account/security');
  await page.getByLabel('New password').fill(OTHER_PASSWORD);
  await page.getByLabel('End my other sessions').check();
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Your password is saved.')).toBeVisible();
  await thief.page.goto('/account');
  await thief.page.waitForURL('**/sign-in**');
  await enterPassword(thief.page, person, PASSWORD);
  await expect(thief.page.getByText('That did not match.')).toBeVisible();
  await enterPassword(thief.page, person, OTHER_PASSWORD);
  await thief.page.waitForURL('**/add-passkey**');
});

test('what was turned on is turned off again, but never the last way in (E15, E19)', async ({ page, passkey }) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);
  await turnOnTwoStep(page, person);
  await page.goto('/account/security');
  await confirm(page, 'Two-step sign-in', 'Turn off', 'Turn off');
  await expect(page.getByText('Two-step sign-in is off.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Turn on two-step sign-in' })).toBeVisible();
  await emailTo(page, person.email, 'Two-step sign-in is off');

  await page.goto('/account/security');
  await confirm(page, 'Password', 'Remove', 'Remove password');
  await expect(page.getByText('Your password is removed.')).toBeVisible();
  await emailTo(page, person.email, 'Your password was removed');

  await setPassword(page);
  await passkey.touched(false);
  await page.goto('/account/passkeys');
  await page.getByRole('button', { name: 'Remove Passkey on Windows' }).click();
  await expect(page.getByRole('dialog')).toContainText('You will still have your password.');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove passkey' }).click();
  await page.waitForURL('**/sign-in?notice=passkey-removed');

  await enterPassword(page, person);
  await page.waitForURL('**/add-passkey**');
  await page.goto('/account/passkeys');
  await expect(page.getByRole('heading', { name: 'You have no passkey yet' })).toBeVisible();
  await page.goto('/account/security');
  await expect(readiness(page, 'Almost')).toBeVisible();
  await confirm(page, 'Password', 'Remove', 'Remove password');
  await expect(page.getByText('This is your only way to sign in. Add another one first.')).toBeVisible();
  await page.keyboard.press('Escape');
  await signOut(page);
  await enterPassword(page, person);
  await page.waitForURL('**/add-passkey**');
});
