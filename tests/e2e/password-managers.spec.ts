import type { Page } from '@playwright/test';
import { expect, newPerson, signInButton, signUp, test, withoutAutofill } from './fixtures';

/** Puts a password manager in the browser's place, from the next page on. */
const withManager = (page: Page, manager: () => void) => page.addInitScript(manager);

test('objects of a password manager that lack what they should have sign up and in', async ({ page }) => {
  await withManager(page, () => {
    for (const name of ['get', 'create'] as const) {
      const method = navigator.credentials[name].bind(navigator.credentials) as (o: unknown) => Promise<Credential>;
      navigator.credentials[name] = async (options: unknown) => {
        const { id, type, rawId, response } = (await method(options)) as PublicKeyCredential;
        const { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } =
          response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
        const getTransports = () => {
          throw new TypeError('Illegal invocation');
        };
        const read = { clientDataJSON, attestationObject, authenticatorData, signature, userHandle, getTransports };
        return { id, type, rawId, response: read } as never;
      };
    }
  });
  await signUp(page, newPerson());
  await withoutAutofill(page.context());
  await page.context().clearCookies();
  await page.goto('/sign-in');
  await signInButton(page).click();
  await page.waitForURL('**/account**');
});

test('an object without the answer in it is the fault of who made it, not of the operator', async ({ page }) => {
  await withoutAutofill(page.context());
  await withManager(page, () => {
    navigator.credentials.get = async () => ({ id: 'x', type: 'public-key', response: {} }) as never;
  });
  await page.goto('/sign-in');
  await signInButton(page).click();
  await expect(page.getByText('Your passkey provider reported a problem')).toBeVisible();
  await expect(signInButton(page)).toBeEnabled();
});

test('a window that never answers can be cancelled, and asked again', async ({ page }) => {
  await withoutAutofill(page.context());
  await withManager(page, () => {
    navigator.credentials.get = () => new Promise(() => {});
  });
  await page.goto('/sign-in');
  const cancel = page.getByRole('button', { name: 'Cancel' });
  for (let time = 0; time < 2; time += 1) {
    await signInButton(page).click();
    await cancel.click();
    await expect(cancel).toBeHidden();
    await expect(signInButton(page)).toHaveAttribute('aria-disabled', 'false');
    await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0);
  }
});

test('autofill that fails at once is armed again when the person comes back to the field', async ({
  page,
  passkey,
}) => {
  await signUp(page, newPerson());
  await page.context().clearCookies();
  await withManager(page, () => {
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = (options) => {
      if (document.documentElement.dataset.failed) return get(options);
      document.documentElement.dataset.failed = 'yes';
      return Promise.reject(new DOMException('busy', 'UnknownError'));
    };
  });
  await passkey.touched(true);
  await page.goto('/sign-in');
  await expect(page.locator('html')).toHaveAttribute('data-failed', 'yes');
  await page.getByLabel('E-mail').blur();
  await page.getByLabel('E-mail').focus();
  await page.waitForURL('**/account**');
});
