import type { Page, Route } from '@playwright/test';
import { expectReadable } from './every-page';
import {
  Authenticator,
  expect,
  linkInEmailTo,
  newPerson,
  signInButton,
  signUp,
  test,
  withoutAutofill,
} from './fixtures';

const verify = '**/api/passkeys/authenticate/verify';

test('a closed prompt is no failure: nothing is lost, and it can be asked again (E8, MA4)', async ({
  page,
  passkey,
}) => {
  const person = newPerson();
  await test.step('while signing up', async () => {
    await page.goto('/sign-up');
    await page.getByLabel('Your name').fill('Somebody else');
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
    await page.goto(await linkInEmailTo(page, person.email));
    await expectReadable(page);
    await page.getByLabel('Your name').fill(person.name);

    const create = page.getByRole('button', { name: 'Create your passkey' });
    await passkey.recognised(false);
    await create.click();
    await expect(page.getByText('Passkey not created')).toBeVisible();
    await expect(create).toBeFocused();
    await expect(page.getByLabel('Your name')).toHaveValue(person.name);

    await passkey.recognised(true);
    await create.click();
    await page.waitForURL('**/account**');
    await expect(page.getByRole('heading', { name: `Hello, ${person.name}` })).toBeVisible();
    await expect(page.getByRole('banner').getByText(person.name, { exact: true })).toBeVisible();
  });

  await test.step('while signing in', async () => {
    const credentials = await passkey.credentials();
    await passkey.forgetAll();
    await page.context().clearCookies();
    await withoutAutofill(page.context());
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(person.email);
    await signInButton(page).click();
    await expect(page.getByText('No problem, you are not signed in yet')).toBeVisible();
    await expect(page.getByText(/fail|error/i)).toHaveCount(0);
    await expect(signInButton(page)).toBeFocused();
    await expect(page.getByLabel('E-mail')).toHaveValue(person.email);

    for (const credential of credentials) await passkey.add(credential);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account**');
  });
});

test('a page left open for long renews its challenge by itself (MA5)', async ({ page, passkey }) => {
  await signUp(page, newPerson());
  await page.context().clearCookies();
  await passkey.touched(false);
  await page.clock.install();
  await page.addInitScript(() => {
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = (options) => {
      document.documentElement.dataset.armed = 'yes';
      return get(options);
    };
  });
  await page.goto('/sign-in');
  await expect(page.locator('html')).toHaveAttribute('data-armed', 'yes');

  await passkey.touched(true);
  const renewed = page.waitForResponse('**/api/passkeys/authenticate/options');
  await page.clock.fastForward('04:40');
  expect((await renewed).status()).toBe(200);
  await page.waitForURL('**/account**');
});

test('an answer that comes too late is asked for once more', async ({ page }) => {
  await signUp(page, newPerson());
  await page.context().clearCookies();
  await withoutAutofill(page.context());
  await page.clock.install();
  await page.goto('/sign-in');

  const answered: number[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('/authenticate/verify')) answered.push(response.status());
  });
  await page.route(verify, (route) => spendFirst(page, route), { times: 1 });
  await signInButton(page).click();
  await page.waitForURL('**/account**');
  expect(answered).toEqual([401, 200]);
});

/** Uses up the challenge of this answer and lets its time run out, before the answer reaches the server. */
async function spendFirst(page: Page, route: Route) {
  const { challengeId, credential } = route.request().postDataJSON();
  const id = 'AAAAAAAAAAAAAAAAAAAAAA';
  const spent = await page.request.post(route.request().url(), {
    data: { challengeId, credential: { ...credential, id, rawId: id } },
    headers: { origin: new URL(page.url()).origin },
  });
  expect(spent.status()).toBe(401);
  await page.clock.fastForward('10:00');
  await route.continue();
}

test('a passkey that nobody registered here is said to be unknown, and forgotten', async ({ page, passkey }) => {
  await signUp(page, newPerson());
  const [known] = await passkey.credentials();
  if (!known) throw new Error('Signing up made no passkey');

  // The account tells the browser, at a time of its own, which passkeys it has, and the browser drops all others of this
  // person; so the stale one comes only once that page is gone.
  await page.context().clearCookies();
  await withoutAutofill(page.context());
  await page.goto('/sign-in');
  await passkey.detach();
  const stale = await Authenticator.attach(page, [{ ...known, credentialId: btoa('a passkey of yesterday') }]);
  const forgotten = stale.nextForgotten();
  await signInButton(page).click();
  await expect(page.getByText('This passkey is no longer registered here')).toBeVisible();
  expect(await forgotten).toBe(btoa('a passkey of yesterday'));
  expect(await stale.credentials()).toHaveLength(0);
  await expect(signInButton(page)).toBeFocused();
});

test('an old sign-in is asked again who is there, and may decline', async ({ page, passkey }) => {
  await signUp(page, newPerson());
  await page.goto('/account/passkeys');
  const error = { code: 'step_up_required', message: 'Confirm that it is you first.', requestId: 'a-test' };
  const askAgain = () =>
    page.route('**/api/passkeys/register/options', (route) => route.fulfill({ status: 403, json: { error } }), {
      times: 1,
    });

  const add = page.getByRole('button', { name: 'Add a passkey' });
  const dialog = page.getByRole('dialog', { name: "Confirm it's you" });
  const confirm = dialog.getByRole('button', { name: 'Confirm with a passkey' });
  await askAgain();
  await add.click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Not confirmed yet')).toBeVisible();
  await expect(add).toBeFocused();

  await askAgain();
  await add.click();
  await passkey.recognised(false);
  await confirm.click();
  await expect(dialog.getByText('Not confirmed yet')).toBeVisible();
  await passkey.recognised(true);
  const proven = page.waitForResponse('**/api/passkeys/step-up/verify');
  await confirm.click();
  expect((await proven).status()).toBe(200);
  await expect(dialog).toBeHidden();
  await expect(page.getByText('This device already has a passkey for your account')).toBeVisible();
});
