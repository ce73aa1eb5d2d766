import { declineOffer, enterPassword, PASSWORD, setPassword, signOut } from './factors';
import {
  Authenticator,
  emailTo,
  expect,
  newPerson,
  signIn,
  signInButton,
  signUp,
  test,
  withoutAutofill,
} from './fixtures';

test('a password is refused with its reason, set, and signs in; a passkey is offered once (E1, E2, F5, MA3)', async ({
  page,
  passkey,
}) => {
  const person = newPerson();
  await signUp(page, person);
  await page.goto('/account/security');
  const field = page.getByRole('textbox', { name: 'Password', exact: true });
  const refusals = {
    'too short': 'Use at least 15 characters.',
    qwertyuiopasdfgh: 'This is among the passwords that are tried first.',
    [`${person.email} a1`]: 'This is made of your name, your address or the name of this service.',
  };
  for (const [password, reason] of Object.entries(refusals)) {
    await field.fill(password);
    await page.getByRole('button', { name: 'Set password' }).click();
    await expect(page.getByText(reason)).toBeVisible();
    await expect(field).toBeFocused();
    await expect(field).toHaveAccessibleDescription(new RegExp(reason));
  }
  await setPassword(page);
  await emailTo(page, person.email, 'Your password was changed');

  await passkey.touched(false);
  await page.goto('/account');
  await signOut(page);
  await enterPassword(page, person, 'not the right password');
  await expect(page.getByText('That did not match.')).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue(person.email);

  const secret = page.getByLabel('Password', { exact: true });
  await secret.fill(PASSWORD);
  await page.getByRole('button', { name: 'Show password' }).click();
  await expect(secret).toHaveAttribute('type', 'text');
  await page.getByRole('button', { name: 'Hide password' }).click();
  await expect(secret).toHaveAttribute('type', 'password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await expect(page.getByRole('heading', { name: 'Sign in faster next time' })).toBeVisible();
  await declineOffer(page);
  await expect(page.getByText(`Signed in as ${person.email}`)).toBeVisible();
  await signOut(page);
  await enterPassword(page, person);
  await page.waitForURL('**/account');
});

test('a device without a passkey gets one after the password', async ({ page, otherDevice }) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);
  const phone = await otherDevice();
  await enterPassword(phone.page, person);
  await phone.page.waitForURL('**/add-passkey**');
  await phone.passkey.touched(true);
  await phone.page.getByRole('button', { name: 'Set up a passkey' }).click();
  await phone.page.waitForURL('**/account');
  await signOut(phone.page);
  await signIn(phone.page, phone.passkey);
  await phone.page.goto('/account/passkeys');
  await expect(phone.page.getByRole('heading', { name: '2 passkeys' })).toBeVisible();
});

test('after a sign-in with another device, a passkey is offered for this one', async ({ page, passkey }) => {
  await passkey.detach();
  const phone = await Authenticator.attach(page, [], { defaultBackupEligibility: true, defaultBackupState: true });
  await signUp(page, newPerson());
  await page.goto('/account/passkeys');
  await expect(page.getByText('Synced', { exact: true })).toBeVisible();
  await signOut(page);

  const credentials = await phone.credentials();
  await phone.detach();
  await Authenticator.attach(page, credentials, { transport: 'usb' });
  await withoutAutofill(page.context());
  await page.goto('/sign-in');
  await signInButton(page).click();
  await page.waitForURL('**/add-passkey**');
  await expect(page.getByText('You signed in with a passkey of another device')).toBeVisible();
});

test('without a script the password signs in, and everything is where it should be', async ({
  page,
  withoutScript,
}) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);

  await enterPassword(withoutScript, person);
  await expect(withoutScript.locator('noscript > p')).toContainText('You can go on without one.');
  await declineOffer(withoutScript);
  await withoutScript.getByRole('link', { name: 'Security' }).first().click();
  await withoutScript.getByLabel('New password').fill('another lantern, 37 quartz umbrellas');
  await withoutScript.getByRole('button', { name: 'Change password' }).click();
  await expect(withoutScript.getByText('Your password is saved.')).toBeVisible();
  await signOut(withoutScript);
  await enterPassword(withoutScript, person);
  await expect(withoutScript.getByText('That did not match.')).toBeVisible();
  await enterPassword(withoutScript, person, 'another lantern, 37 quartz umbrellas');
  await withoutScript.waitForURL('**/account');
});
