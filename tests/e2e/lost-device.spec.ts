import type { Page } from '@playwright/test';
import type { Credential } from './authenticator';
import { expectReadable } from './every-page';
import { declineOffer, enterPassword, PASSWORD, setPassword } from './factors';
import { Authenticator, expect, newPerson, signIn, signInButton, signUp, test, withoutAutofill } from './fixtures';
import { handOver } from './world';

// The device with the only passkey is lost; its owner still has a session here.

const lostButton = (page: Page) => page.getByRole('button', { name: /^I lost this device.*Passkey on Windows/ });
const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });

type Device = Awaited<ReturnType<typeof finderOf>>;

/** Whoever has found the device, and is signed in on it. */
async function finderOf(device: { page: Page; passkey: Authenticator }) {
  await signIn(device.page, device.passkey);
  await device.passkey.touched(false);
  return device;
}

async function expectOut({ page }: Device) {
  await page.goto('/account');
  await page.waitForURL('**/sign-in**');
}

/** Presses what ends the sessions, and looks whether the finder is out before anything else has happened. */
async function endSessions(page: Page, finder: Device) {
  await page.goto('/account/passkeys');
  await lostButton(page).click();
  await expectReadable(page);
  await dialog(page, 'Lost this device?').getByRole('button', { name: 'End its sessions and go on' }).click();
  await expect(dialog(page, 'Now another way in')).toBeVisible();
  await expectReadable(page);
  await expectOut(finder);
}

async function expectRemoved(page: Page) {
  await page.waitForURL('**/sign-in?notice=device-lost');
  await expect(page.getByText('The passkey of the lost device was removed')).toBeVisible();
}

type OtherDevice = (credentials: Credential[]) => Promise<{ page: Page; passkey: Authenticator }>;

async function signUpWithFinder(page: Page, passkey: Authenticator, otherDevice: OtherDevice) {
  const person = newPerson();
  await signUp(page, person);
  return { person, finder: await finderOf(await otherDevice(await passkey.credentials())) };
}

test('a new passkey takes the place of the lost one, in the same dialog', async ({ page, passkey, otherDevice }) => {
  const { finder } = await signUpWithFinder(page, passkey, otherDevice);
  await endSessions(page, finder);
  await passkey.detach();
  await Authenticator.attach(page);
  // The new passkey must not sign in by autofill before the page was read that says that the lost one is gone.
  await withoutAutofill(page.context());
  await dialog(page, 'Now another way in').getByRole('button', { name: 'Create a passkey' }).click();
  await expectRemoved(page);

  await signInButton(page).click();
  await page.waitForURL('**/account**');
  await page.goto('/account/passkeys');
  await expect(page.getByRole('heading', { name: '1 passkey', exact: true })).toBeVisible();
  await expect(page.getByText('Used for this session')).toBeVisible();
  await finder.passkey.touched(true);
  await withoutAutofill(finder.page.context());
  await finder.page.goto('/sign-in');
  await signInButton(finder.page).click();
  await expect(finder.page.getByText('That passkey did not work')).toBeVisible();
});

test('a password takes the place of the lost passkey', async ({ page, passkey, otherDevice }) => {
  const { person, finder } = await signUpWithFinder(page, passkey, otherDevice);
  await endSessions(page, finder);
  await passkey.detach();
  await dialog(page, 'Now another way in').getByRole('link', { name: 'set a password' }).click();
  await page.waitForURL('**/account/security');
  await setPassword(page);

  await page.goto('/account/passkeys');
  await lostButton(page).click();
  await expectReadable(page);
  await dialog(page, 'Lost this device?').getByRole('button', { name: 'Remove and end its sessions' }).click();
  await expectRemoved(page);
  await enterPassword(page, person);
  await declineOffer(page);
  await page.goto('/account/passkeys');
  await expect(page.getByRole('heading', { name: 'You have no passkey yet' })).toBeVisible();
});

test('without a script a password takes its place', async ({ page, passkey, otherDevice, withoutScript }) => {
  const { person, finder } = await signUpWithFinder(page, passkey, otherDevice);
  await handOver(page, withoutScript);
  const summary = withoutScript.locator('summary').filter({ hasText: 'I lost this device' });
  const lost = withoutScript.locator('details').filter({ has: summary });
  const press = (name: string) => lost.getByRole('button', { name }).click();

  await withoutScript.goto('/account/passkeys');
  await summary.click();
  await expect(lost.getByText('is your only way to sign in')).toBeVisible();
  await press('End its sessions and go on');
  await expect(lost.getByText('Your other sessions have ended.')).toBeVisible();
  await expectOut(finder);

  await lost.getByRole('link', { name: 'a password' }).click();
  await withoutScript.getByRole('region', { name: 'Password' }).getByRole('textbox').fill(PASSWORD);
  await withoutScript.getByRole('button', { name: 'Set password' }).click();
  await expect(withoutScript.getByText('Your password is saved.')).toBeVisible();
  await withoutScript.goto('/account/passkeys');
  await summary.click();
  await press('Remove and end its sessions');
  await expectRemoved(withoutScript);
  await enterPassword(withoutScript, person);
  await declineOffer(withoutScript);
});
