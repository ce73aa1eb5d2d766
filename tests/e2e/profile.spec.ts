import { readFileSync } from 'node:fs';
import { expectReadable } from './every-page';
import {
  emailTo,
  expect,
  linkInEmailTo,
  newPerson,
  signIn,
  signInButton,
  signUp,
  test,
  withoutAutofill,
} from './fixtures';

test('the name and the address change, and both addresses hear of it', async ({ page, passkey }) => {
  const person = newPerson();
  const renamed = newPerson();
  await signUp(page, person);
  await page.goto('/account/profile');
  await page.getByLabel('Your name').fill(renamed.name);
  // Each page tells it as well, so that one with the old name may come before.
  const signalled = passkey.next('credentialUpdated', (credential) => credential.userDisplayName === renamed.name);
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByText('Your name is changed.')).toBeVisible();
  await expect(page.getByRole('banner')).toContainText(renamed.name);
  await signalled; // the password manager knows

  await page.getByLabel('New e-mail').fill(renamed.email);
  await page.getByRole('button', { name: 'Change e-mail' }).click();
  await expect(page.getByText(`We sent a link to ${renamed.email}.`)).toBeVisible();
  const notice = await emailTo(page, person.email, 'Your address is about to change');
  await expect(notice).toContainText(renamed.email);
  const link = await linkInEmailTo(page, renamed.email, 'Confirm your new address');
  await page.goto('/account');
  await expect(page.getByText(`Signed in as ${person.email}`), 'nothing changes before the link').toBeVisible();

  await page.goto(link);
  await page.reload();
  await expectReadable(page);
  await page.getByRole('button', { name: 'Use this address' }).click();
  await expect(page.getByText(`${renamed.email} is now the address of your account.`)).toBeVisible();
  await emailTo(page, person.email, 'Your address was changed');
  await page.goto('/account');
  await expect(page.getByText(`Signed in as ${renamed.email}`)).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
});

test('everything can be taken along, and then be deleted', async ({ page, passkey, otherDevice }) => {
  const person = newPerson();
  await signUp(page, person);
  const phone = await otherDevice(await passkey.credentials());
  await signIn(phone.page, phone.passkey);
  await page.goto('/account/profile');

  await test.step('the file has what is held, and no secret', async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download my data' }).click();
    const text = readFileSync(await (await download).path(), 'utf8');
    const held = JSON.parse(text);
    expect(JSON.stringify(held)).toContain(person.email);
    expect(Object.keys(held)).toEqual(expect.arrayContaining(['passkeys', 'sessions']));
    expect(text).not.toMatch(/publicKey|tokenHash|hash"|secret"/i);
  });

  await test.step('deleting wants the address typed', async () => {
    await page.getByRole('button', { name: 'Delete my account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
    const field = dialog.getByLabel(`Type ${person.email} to go on`);
    await field.fill('somebody@example.com');
    await dialog.getByRole('button', { name: 'Delete for ever' }).click();
    await expect(dialog.getByText('Type your address exactly to delete the account.')).toBeVisible();
    await field.fill(person.email);
    await dialog.getByRole('button', { name: 'Delete for ever' }).click();
    await page.waitForURL('**/signed-out?notice=account-deleted');
    await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeVisible();
  });

  await test.step('sessions and passkeys are gone with it', async () => {
    await withoutAutofill(phone.page.context());
    await phone.page.reload();
    await phone.page.waitForURL('**/sign-in**');
    await signInButton(phone.page).click();
    await expect(phone.page.getByText('This passkey is no longer registered here')).toBeVisible();
    await emailTo(page, person.email, 'Your account was deleted');
  });

  await signUp(page, person);
  await expect(page.getByText(`Signed in as ${person.email}`), 'the address is free again').toBeVisible();
});
