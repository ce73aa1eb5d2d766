import { enterPassword, setPassword, turnOnTwoStep } from './factors';
import { emailTo, expect, hydrated, newPerson, pressAndWait, signUp, test } from './fixtures';

// What a page says is true, and leads on.

test('a form whose session has ended leads to the sign-in, and from there back', async ({ page, passkey }) => {
  await signUp(page, newPerson());
  await passkey.touched(false);
  await page.goto('/account/profile');
  await hydrated(page);
  await page.context().clearCookies();
  await page.getByLabel('Your name').fill('Robin the Third');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page).toHaveURL('/sign-in?return_to=%2Faccount%2Fprofile');
});

test('an e-mail names its address, is sent again, and goes to another one', async ({ page }) => {
  const { email } = newPerson();
  await page.goto('/recover');
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
  await pressAndWait(page.getByRole('button', { name: 'Send it again' }));
  await expect(page.getByText(email)).toBeVisible();
  await page.getByRole('link', { name: 'Use another address' }).click();
  await expect(page.getByLabel('E-mail')).toHaveValue('');

  const newcomer = newPerson();
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill(newcomer.name);
  await page.getByLabel('E-mail').fill(newcomer.email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText(newcomer.email)).toBeVisible();
  await pressAndWait(page.getByRole('button', { name: 'Send it again' }));
  await emailTo(page, newcomer.email, 'Confirm your address');
  await expect
    .poll(async () => {
      await page.goto('/outbox');
      return page
        .getByRole('listitem')
        .filter({ hasText: `To ${newcomer.email}` })
        .count();
    })
    .toBe(2);
});

test('the passkey of this session was used', async ({ page }) => {
  await signUp(page, newPerson());
  await page.goto('/account/passkeys');
  await expect(page.getByText('Used for this session')).toBeVisible();
  await expect(page.getByText('never', { exact: true })).toHaveCount(0);
});

test('pages that are opened by hand say nothing untrue', async ({ page, passkey }) => {
  await page.goto('/sign-out');
  await expect(page).toHaveURL('/signed-out');
  await page.goto('/sign-out?post_logout_redirect_uri=https://evil.example/');
  await expect(page.getByRole('heading', { name: 'cannot be answered' })).toBeVisible();
  await expect(page.getByText('still signed in')).toHaveCount(0);

  await signUp(page, newPerson());
  await passkey.touched(false);
  await page.goto('/sign-out');
  await expect(page.getByRole('heading', { name: 'Sign out everywhere?' })).toBeVisible();
  await expect(page.getByText(/asks to sign you out/)).toHaveCount(0);
  await page.goto('/signed-out');
  await expect(page.getByRole('heading', { name: 'Sign out everywhere?' })).toBeVisible();
  await page.goto('/device/done');
  await expect(page.getByRole('heading', { name: 'No device was answered here' })).toBeVisible();

  await page.goto('/sign-out?post_logout_redirect_uri=https://evil.example/');
  await expect(page.getByRole('heading', { name: 'cannot be answered' })).toBeVisible();
  await expect(page.getByText('You are still signed in here.')).toBeVisible();
  await expect(page.getByRole('main').getByRole('button', { name: 'Sign out' })).toHaveCount(0);
});

test('while recovery codes are shown two-step sign-in is on, and a code of another shape is told its shape', async ({
  page,
  passkey,
}) => {
  const person = newPerson();
  await signUp(page, person);
  await passkey.touched(false);
  await setPassword(page);
  await turnOnTwoStep(page, person);
  await expect(page.getByRole('region', { name: 'Two-step sign-in' }).getByText('On', { exact: true })).toBeVisible();
  const facts = page.getByRole('list', { name: 'What you have' });
  await expect(facts.getByText('10 of 10 recovery codes left')).toBeVisible();

  await page.context().clearCookies();
  await enterPassword(page, person);
  await page.getByLabel('Code').fill('12');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('A code from the authenticator app has six digits.')).toBeVisible();
});
