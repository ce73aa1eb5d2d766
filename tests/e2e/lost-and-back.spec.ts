import type { Page } from '@playwright/test';
import { askForRecovery, declineOffer, enterCode, enterPassword, setPassword, signOut, turnOnTwoStep } from './factors';
import { Authenticator, expect, newPerson, type Person, signIn, signUp, test } from './fixtures';

// Who has only a passkey loses it in recovery.spec.ts.

async function recoverByMail(page: Page, person: Person) {
  await page.goto(await askForRecovery(page, person));
  await page.getByRole('button', { name: 'Get back in' }).click();
}

/** Takes the passkey away from somebody who has a password; that was the one of this session. */
async function dropPasskey(page: Page, passkey: Authenticator) {
  await passkey.touched(false);
  await page.goto('/account/passkeys');
  await page.getByRole('button', { name: /^I lost this device.*Passkey on Windows/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove and end its sessions' }).click();
  await page.waitForURL('**/sign-in?notice=device-lost');
  await expect(page.getByText('The passkey of the lost device was removed')).toBeVisible();
}

test('with only a password, which is forgotten', async ({ page, passkey }) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);
  await dropPasskey(page, passkey);
  await enterPassword(page, person);
  await declineOffer(page);
  await signOut(page);

  await recoverByMail(page, person);
  await declineOffer(page);
  await setPassword(page, 'forgotten umbrellas find 12 owners');
  await signOut(page);
  await enterPassword(page, person, 'forgotten umbrellas find 12 owners');
  await page.waitForURL('**/account');
});

test('with password and two-step sign-in, whose phone is lost and whose password is forgotten', async ({
  page,
  passkey,
}) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);
  const { app, codes } = await turnOnTwoStep(page, person);
  await dropPasskey(page, passkey);
  await enterPassword(page, person);
  await enterCode(page, await app.code());
  await declineOffer(page);
  await signOut(page);

  await test.step('the phone: a recovery code, and the app set up anew', async () => {
    await enterPassword(page, person);
    await enterCode(page, codes[0] ?? '');
    await page.waitForURL('**/account/security?notice=recovery-code-used');
    await page.getByRole('button', { name: 'Turn off', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();
    await expect(page.getByText('Two-step sign-in is off.')).toBeVisible();
  });
  const anew = await turnOnTwoStep(page, person);
  await signOut(page);

  await test.step('the password: a link by mail, and the code besides', async () => {
    await recoverByMail(page, person);
    await enterCode(page, await anew.app.code());
    await declineOffer(page);
    await setPassword(page, 'forgotten umbrellas find 12 owners');
  });
  await signOut(page);
  await enterPassword(page, person, 'forgotten umbrellas find 12 owners');
  await enterCode(page, anew.codes[0] ?? '');
  await page.waitForURL('**/account/security?notice=recovery-code-used');
});

test('with all of them: whatever is lost, the others open', async ({ page, passkey, otherDevice }) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);
  const { app } = await turnOnTwoStep(page, person);
  await signOut(page);
  await signIn(page, passkey);

  const laptop = await passkey.credentials();
  await passkey.detach();
  await page.goto('/account/passkeys');
  const phone = await Authenticator.attach(page);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name of this passkey').fill('Phone');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: 'Rename Phone' })).toBeVisible();
  const finder = await otherDevice(await phone.credentials());
  await signIn(finder.page, finder.passkey);

  await test.step('the phone is lost: its passkey and sessions go, and what else to do is said', async () => {
    await page.getByRole('button', { name: /^I lost this device.*Phone/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove and end its sessions' }).click();
    const dialog = page.getByRole('dialog', { name: 'That door is shut' });
    await expect(dialog.getByRole('link', { name: 'Look through your activity' })).toBeVisible();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByRole('status').filter({ hasText: '“Phone” was removed' })).toBeVisible();
    await finder.passkey.touched(false);
    await finder.page.reload();
    await finder.page.waitForURL('**/sign-in**');
  });
  await signOut(page);
  await phone.detach();

  await test.step('the password and a code open', async () => {
    await enterPassword(page, person);
    await enterCode(page, await app.code());
    await declineOffer(page);
    await signOut(page);
  });
  await test.step('the laptop opens without a code', async () => {
    await signIn(page, await Authenticator.attach(page, laptop));
    await expect(page.getByText(`Signed in as ${person.email}`)).toBeVisible();
  });
});
