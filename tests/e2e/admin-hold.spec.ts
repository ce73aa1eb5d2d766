import type { Browser, Page } from '@playwright/test';
import { expectReadable } from './every-page';
import { askForRecovery, signOut } from './factors';
import {
  administrator,
  createPasskey,
  expect,
  linkInEmailTo,
  newPerson,
  type Person,
  signIn,
  signUp,
  test,
} from './fixtures';

test.beforeEach(({ passkey }) => passkey.touched(false));

/** The administrator's browser, in which nobody touches a reader. */
async function openUsers(browser: Browser) {
  const context = await browser.newContext({ storageState: administrator });
  const page = await context.newPage();
  await page.goto('/admin/users');
  return page;
}

const userRow = (page: Page, { email }: Person) => page.getByRole('listitem').filter({ hasText: email });

test('what a recovery link leads to changes nothing as an administrator, and the owner undoes it', async ({
  page,
  browser,
  otherDevice,
  withoutScript,
}) => {
  const person = newPerson();
  const device = await otherDevice();
  await device.passkey.touched(true);
  await signUp(device.page, person);
  await device.passkey.touched(false);
  const users = await openUsers(browser);
  await userRow(users, person).getByRole('button', { name: 'Make administrator' }).click();
  await users.getByRole('dialog').getByRole('button', { name: 'Make administrator' }).click();
  await expect(userRow(users, person).getByText('Administrator', { exact: true })).toBeVisible();

  const thief = await otherDevice();
  await test.step('who reads the mail comes in and adds a passkey', async () => {
    await thief.page.goto(await askForRecovery(thief.page, person));
    await thief.page.getByRole('button', { name: 'Get back in' }).click();
    await thief.passkey.touched(true);
    await thief.page.getByRole('button', { name: 'Set up a passkey' }).click();
    await thief.page.waitForURL('**/account');
    await expect(thief.page.getByText('You came by a recovery link')).toBeVisible();
    await expectReadable(thief.page);
  });

  await test.step('an administrators’ form is refused with the reason and a next step', async () => {
    const guest = newPerson();
    await thief.page.goto('/admin/users');
    await thief.page.getByLabel('E-mail').fill(guest.email);
    await thief.page.getByRole('button', { name: 'Invite' }).click();
    const dialog = thief.page.getByRole('dialog', { name: "Confirm it's you" });
    await expect(dialog.getByRole('button', { name: 'Confirm with a passkey' })).toBeVisible();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(thief.page.getByText('so what was there before stays as it is for now.')).toBeVisible();
    await expect(thief.page.getByLabel('E-mail')).toHaveValue(guest.email);
    await expect(thief.page.getByText(/\/invite\/\S+/)).toHaveCount(0);
    await thief.page.goto('/admin/settings');
    await expectReadable(thief.page);
  });

  await test.step('the passkey of the owner cannot be removed from there', async () => {
    await thief.page.goto('/account/passkeys');
    const older = thief.page
      .getByRole('main')
      .getByRole('listitem')
      .filter({ has: thief.page.getByRole('button', { name: 'I lost this device' }) });
    await expect(older).toHaveCount(2);
    await expectReadable(thief.page);
  });

  await test.step('the link in the e-mail undoes it, without a script and without signing in', async () => {
    const link = await linkInEmailTo(page, person.email, 'A passkey was added to your account');
    await withoutScript.goto(link);
    await withoutScript.reload();
    await expect(withoutScript.getByRole('heading', { name: 'Was this not you?' })).toBeVisible();
    await withoutScript.getByRole('button', { name: 'Undo it' }).click();
    await expect(withoutScript.getByRole('heading', { name: 'That is undone' })).toBeVisible();
    await withoutScript.goto(link);
    await expect(withoutScript.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();

    await thief.passkey.touched(false);
    await thief.page.goto('/account');
    await thief.page.waitForURL('**/sign-in**');
    await signIn(device.page, device.passkey);
  });
});

test('undoing a recovery with a script says that it is done and leads on', async ({ page, otherDevice }) => {
  const person = newPerson();
  const device = await otherDevice();
  await device.passkey.touched(true);
  await signUp(device.page, person);
  await device.passkey.touched(false);
  await signOut(device.page);
  await device.page.goto(await askForRecovery(device.page, person));
  await device.page.getByRole('button', { name: 'Get back in' }).click();
  await device.page.waitForURL('**/add-passkey**');

  await page.goto(await linkInEmailTo(page, person.email, 'Your account was recovered by mail'));
  await expectReadable(page);
  await page.getByRole('button', { name: 'Undo it' }).click();
  await expect(page.getByRole('heading', { name: 'That is undone' })).toBeVisible();
  await expectReadable(page);
  await page.getByRole('link', { name: 'Get back in by a new link' }).click();
  await page.waitForURL('**/recover');
  await device.page.goto('/account');
  await device.page.waitForURL('**/sign-in**');
});

test('an administrator vouches for the address of somebody whose invitation was handed over', async ({
  page,
  browser,
  passkey,
}) => {
  const guest = newPerson();
  const users = await openUsers(browser);
  await users.getByLabel('E-mail').fill(guest.email);
  await users.getByRole('button', { name: 'Invite' }).click();
  await passkey.touched(true);
  await page.goto(await users.getByText(/\/invite\/\S+/).innerText());
  await page.getByLabel('Your name').fill(guest.name);
  await createPasskey(page);

  await users.goto('/admin/users');
  await expect(userRow(users, guest).getByText('Address not confirmed')).toBeVisible();
  await userRow(users, guest).getByRole('link', { name: guest.name, exact: true }).click();
  const card = users.getByRole('region', { name: 'Address' });
  await expect(card.getByText('Not confirmed')).toBeVisible();
  await expectReadable(users);
  await card.getByRole('button', { name: 'Vouch for this address' }).click();
  await users.getByRole('dialog').getByRole('button', { name: 'Yes, I vouch for it' }).click();
  await expect(card.getByText('Confirmed', { exact: true })).toBeVisible();
  await expect(users.getByText(`${guest.email} counts as confirmed.`)).toBeVisible();
});
