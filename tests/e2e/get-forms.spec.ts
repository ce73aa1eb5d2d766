import { administrator, expect, hydrated, newPerson, signUp, test } from './fixtures';
import { pressOffline } from './sending';

// Forms that ask for a page and change nothing.

test('the code of a device stays typed where the server cannot be reached', async ({ page, passkey }) => {
  await signUp(page, newPerson());
  await passkey.touched(false);
  await page.goto('/device');
  await hydrated(page);
  const code = page.getByLabel('Code');
  await code.fill('WRONG-CODE');
  const go = page.getByRole('button', { name: 'Continue' });
  await pressOffline(go, [[code, 'WRONG-CODE']]);

  await page.route('**/healthz', (route) =>
    route.fulfill({ status: 502, contentType: 'text/html', body: 'Bad Gateway' }),
  );
  await go.click();
  await expect(page.getByText(/^The service is away for a moment\./)).toBeVisible();
  await expect(code).toHaveValue('WRONG-CODE');
  await page.unrouteAll();

  await go.click();
  await page.waitForURL('**/device?user_code=WRONG-CODE');
  await expect(page.getByText('There is no device with this code')).toBeVisible();
});

test('the filter of the audit stays chosen where the server cannot be reached', async ({ browser }) => {
  const context = await browser.newContext({ storageState: administrator });
  const page = await context.newPage();
  await page.goto('/admin/audit');
  await hydrated(page);
  const outcome = page.getByLabel('Outcome');
  await outcome.selectOption('failure');
  const show = page.getByRole('button', { name: 'Show', exact: true });
  await pressOffline(show, [[outcome, 'failure']]);
  await show.click();
  await page.waitForURL('**/admin/audit?type=&outcome=failure');
  await expect(page.getByRole('link', { name: 'Show everything' })).toBeVisible();
  await context.close();
});

test('without a script they are sent by the browser', async ({ page, passkey, withoutScript }) => {
  await signUp(page, newPerson());
  await passkey.touched(false);
  await withoutScript.context().addCookies(await page.context().cookies());
  await withoutScript.goto('/device');
  await withoutScript.getByLabel('Code').fill('WRONG-CODE');
  await withoutScript.getByRole('button', { name: 'Continue' }).click();
  await expect(withoutScript.getByText('There is no device with this code')).toBeVisible();
});
