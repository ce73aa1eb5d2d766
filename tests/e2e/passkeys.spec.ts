import type { Page } from '@playwright/test';
import {
  Authenticator,
  expect,
  expectNoViolations,
  newPerson,
  signIn,
  signInButton,
  signUp,
  test,
  withoutAutofill,
} from './fixtures';

const add = (page: Page) => page.getByRole('button', { name: 'Add a passkey' });
const card = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });

/** Adds a passkey from a new device, and gives it this name while the page still proposes one. */
async function addFromNewDevice(page: Page, name: string) {
  const device = await Authenticator.attach(page);
  await add(page).click();
  const field = page.getByLabel('Name of this passkey');
  await expect(field).toBeFocused();
  await field.fill(name);
  await field.press('Enter');
  await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
  return device;
}

test('a passkey is added, named, renamed and removed; the last one stays (E12, E17, E19, MA4, MA8, MA9)', async ({
  page,
  passkey,
}) => {
  await signUp(page, newPerson());
  await page.goto('/account/passkeys');
  await expect(card(page, 'Passkey on Windows')).toContainText('Used for this session');

  await test.step('the only one cannot be removed', async () => {
    const remove = page.getByRole('button', { name: 'Remove Passkey on Windows' });
    await remove.click();
    const dialog = page.getByRole('dialog', { name: 'This is your only way to sign in' });
    await expectNoViolations(page);
    await expect(dialog.getByRole('button', { name: 'Remove passkey' })).toHaveCount(0);
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await expect(remove).toBeFocused();
  });

  await test.step('a device that has one is told so', async () => {
    await add(page).click();
    await expect(page.getByText('This device already has a passkey for your account')).toBeVisible();
    await expect(add(page)).toBeFocused();
    expect(await passkey.credentials()).toHaveLength(1);
  });

  await passkey.detach();
  const phone = await Authenticator.attach(page);
  await test.step('another device makes another, with a name that proposes itself', async () => {
    await add(page).click();
    const name = page.getByLabel('Name of this passkey');
    await expect(name).toHaveValue('Passkey on Windows 2');
    await expect(page.getByRole('status').filter({ hasText: 'Passkey created' })).toBeVisible();
    await expectNoViolations(page);

    await name.fill('   ');
    await name.press('Enter');
    await expect(page.getByRole('alert').filter({ hasText: 'A passkey needs a name' })).toBeVisible();
    await expect(name).toBeFocused();
    await name.fill('Phone');
    await name.press('Enter');
    await expect(page.getByRole('status').filter({ hasText: 'now called “Phone”' })).toBeVisible();
    await expect(page.getByRole('heading', { name: '2 passkeys' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Rename Phone' })).toBeFocused();
  });

  await test.step('renaming can be left, and is kept', async () => {
    await page.getByRole('button', { name: 'Rename Phone' }).click();
    await page.getByLabel('Name of this passkey').fill('Tablet');
    await page.keyboard.press('Escape');
    await expect(card(page, 'Phone')).toBeVisible();
    await page.getByRole('button', { name: 'Rename Phone' }).click();
    await page.getByLabel('Name of this passkey').fill('Key ring, “blue” 🔑');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'now called “Key ring' })).toBeVisible();
    await page.reload();
    await expect(card(page, 'Key ring, “blue” 🔑')).toContainText('This device only');
  });

  await test.step('removing says what is left, and tells the password manager', async () => {
    await page.getByRole('button', { name: 'Remove Key ring' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove “Key ring, “blue” 🔑”?' });
    await expect(dialog).toContainText('You will still have 1 passkey: Passkey on Windows.');
    await expectNoViolations(page);
    const deleted = phone.nextForgotten();
    await dialog.getByRole('button', { name: 'Remove passkey' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'was removed' })).toBeVisible();
    await expect(page.getByRole('heading', { name: '1 passkey', exact: true })).toBeVisible();
    await deleted;
  });
});

test('removing the passkey of this session signs out everywhere it was used', async ({
  page,
  passkey,
  otherDevice,
}) => {
  await signUp(page, newPerson());
  const laptop = await passkey.credentials();
  const elsewhere = await otherDevice(laptop);
  await signIn(elsewhere.page, elsewhere.passkey);

  await page.goto('/account/passkeys');
  await passkey.detach();
  const phone = await addFromNewDevice(page, 'Phone');
  const onPhone = await phone.credentials();
  await phone.detach();
  const atHome = await Authenticator.attach(page, laptop);
  await atHome.touched(false);
  const forgotten = atHome.nextForgotten();
  await page.getByRole('button', { name: 'Remove Passkey on Windows' }).click();
  await expect(page.getByRole('dialog')).toContainText('You signed in with it, so this signs you out here');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove passkey' }).click();
  await page.waitForURL('**/sign-in?notice=passkey-removed');
  await expect(page.getByText('The passkey was removed.')).toBeVisible();
  await test.step('and the password manager forgets it', async () => {
    expect(await forgotten).toBe(laptop[0]?.credentialId);
    expect(await atHome.credentials()).toEqual([]);
    await atHome.detach();
  });

  await test.step('the other browser is out on its very next request', async () => {
    await withoutAutofill(elsewhere.page.context());
    await elsewhere.page.reload();
    await elsewhere.page.waitForURL('**/sign-in**');
    await signInButton(elsewhere.page).click();
    await expect(elsewhere.page.getByText('That passkey did not work')).toBeVisible();
  });

  await signIn(page, await Authenticator.attach(page, onPhone));
  await page.goto('/account/passkeys');
  await expect(page.getByRole('heading', { name: '1 passkey', exact: true })).toBeVisible();
  await expect(card(page, 'Phone')).toContainText('Used for this session');
});
