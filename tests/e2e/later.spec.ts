import { readFileSync, writeFileSync } from 'node:fs';
import { expectGoodPage, expectReadable } from './every-page';
import { askForRecovery, declineOffer, enterPassword, PASSWORD, setPassword } from './factors';
import { expect, newPerson, signIn, signUp, test } from './fixtures';
import { pressOffline } from './sending';

// On a server of its own, whose clock can be put forward; so one test at a time.
test.describe.configure({ mode: 'serial' });
test.use({ baseURL: `http://localhost:${process.env.E2E_LATER_PORT}` });

const MINUTES = 60_000;

function pass(milliseconds: number) {
  const file = process.env.E2E_CLOCK ?? '';
  writeFileSync(file, String(Number(readFileSync(file, 'utf8')) + milliseconds));
}

test('what is sensitive asks who is there, once the last authentication is ten minutes old', async ({
  page,
  withoutScript,
}) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);
  await enterPassword(withoutScript, person);
  await declineOffer(withoutScript);
  await withoutScript.goto('/account/security');
  const dialog = page.getByRole('dialog', { name: "Confirm it's you" });

  await test.step('by passkey, in the place where it is needed', async () => {
    pass(11 * MINUTES);
    await page.goto('/account/passkeys');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await dialog.getByRole('button', { name: 'Confirm with a passkey' }).click();
    await expect(page.getByText('This device already has a passkey for your account')).toBeVisible();
    await expect(dialog).toBeHidden();
  });

  await test.step('by password, and the form is sent again by itself', async () => {
    pass(11 * MINUTES);
    await page.goto('/account/security');
    await page.getByRole('textbox', { name: 'New password' }).fill('another lantern, 37 umbrellas');
    await page.getByRole('button', { name: 'Change password' }).click();
    const password = dialog.getByRole('textbox', { name: 'Password' });
    await password.fill(PASSWORD);
    const confirm = dialog.getByRole('button', { name: 'Confirm with the password' });
    await pressOffline(confirm, [[password, PASSWORD]]);
    await confirm.click();
    await expect(page.getByText('Your password is saved.')).toBeVisible();
    await expect(dialog).toBeHidden();
  });

  await test.step('without a script, on a page of its own', async () => {
    await withoutScript.getByRole('textbox', { name: 'New password' }).fill(PASSWORD);
    await withoutScript.getByRole('button', { name: 'Change password' }).click();
    await withoutScript.getByRole('link', { name: 'Confirm that it is you' }).click();
    await withoutScript.getByRole('textbox', { name: 'Password' }).fill('another lantern, 37 umbrellas');
    await withoutScript.getByRole('button', { name: 'Confirm with the password' }).click();
    await withoutScript.waitForURL('**/account/security');
    await withoutScript.getByRole('textbox', { name: 'New password' }).fill(PASSWORD);
    await withoutScript.getByRole('button', { name: 'Change password' }).click();
    await expect(withoutScript.getByText('Your password is saved.')).toBeVisible();
  });

  pass(11 * MINUTES);
  await expectGoodPage(page, '/step-up?return_to=/account/profile');
  await test.step('on the page of its own, by password', async () => {
    const password = page.getByRole('textbox', { name: 'Password' });
    await password.fill(PASSWORD);
    const confirm = page.getByRole('button', { name: 'Confirm with the password' });
    await pressOffline(confirm, [[password, PASSWORD]]);
    await confirm.click();
    await page.waitForURL('**/account/profile');
    // Left while it is still being fetched, the page would be asked for once more, instead of what comes next.
    await expect(page.getByRole('heading', { name: 'Profile', level: 1 })).toBeVisible();
  });

  pass(11 * MINUTES);
  await page.goto('/step-up?return_to=/account/profile');
  await page.getByRole('button', { name: 'Confirm with a passkey' }).click();
  await page.waitForURL('**/account/profile');
});

test('a lost device is shut out before a step-up is asked, and who has nothing left to prove with is led on', async ({
  page,
  passkey,
  otherDevice,
}) => {
  const person = newPerson();
  await signUp(page, person);
  const finder = await otherDevice(await passkey.credentials());
  await signIn(finder.page, finder.passkey);
  await finder.passkey.touched(false);
  await passkey.touched(false);
  pass(11 * MINUTES);

  await page.goto('/account/passkeys');
  await page.getByRole('button', { name: /^I lost this device/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End its sessions and go on' }).click();
  const dialog = page.getByRole('dialog', { name: "Confirm it's you" });
  await expect(dialog.getByText('Is the passkey lost, or not at hand?')).toBeVisible();
  await expectReadable(page);
  await finder.page.goto('/account');
  await finder.page.waitForURL('**/sign-in**');
  await dialog.getByRole('link', { name: 'Get a link by mail' }).click();
  await page.waitForURL('**/recover');

  await page.goto('/step-up?return_to=/account/passkeys');
  await expect(page.getByRole('link', { name: 'Get a link by mail' })).toBeVisible();
  await expectReadable(page);
});

test('with another way in, the sessions of a lost device end even where nobody confirms', async ({
  page,
  passkey,
  otherDevice,
}) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);
  const finder = await otherDevice(await passkey.credentials());
  await signIn(finder.page, finder.passkey);
  await finder.passkey.touched(false);
  pass(11 * MINUTES);

  await page.goto('/account/passkeys');
  await page.getByRole('button', { name: /^I lost this device/ }).click();
  const lost = page.getByRole('dialog', { name: 'Lost this device?' });
  await lost.getByRole('button', { name: 'Remove and end its sessions' }).click();
  const dialog = page.getByRole('dialog', { name: "Confirm it's you" });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(lost.getByText('Not confirmed yet')).toBeVisible();
  await finder.page.goto('/account');
  await finder.page.waitForURL('**/sign-in**');
});

test('links and sessions end by themselves', async ({ page, passkey, otherDevice }) => {
  const person = newPerson();
  await signUp(page, person);
  const other = await otherDevice();
  const link = await askForRecovery(other.page, person);
  pass(59 * MINUTES);
  await other.page.goto(link);
  await expect(other.page.getByRole('button', { name: 'Get back in' })).toBeVisible();
  pass(2 * MINUTES);
  await other.page.reload();
  await expect(other.page.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();

  await passkey.touched(false);
  pass(31 * 24 * 60 * MINUTES);
  await page.goto('/account/profile');
  await page.waitForURL('**/sign-in?return_to=%2Faccount%2Fprofile');
  await signIn(page, passkey);
  await page.waitForURL('**/account/profile');
});
