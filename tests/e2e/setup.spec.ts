import { createPasskey, expect, expectNoViolations, keepAdministrator, newPerson, setupLink, test } from './fixtures';

test('the setup link makes the first administrator, once', async ({ page, passkey, browser }) => {
  const person = newPerson();
  await page.goto(setupLink());
  await expectNoViolations(page);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Your name').fill(person.name);
  await createPasskey(page);

  expect(await passkey.credentials()).toHaveLength(1);
  await page.goto('/admin/users');
  await expect(page.locator('#users').getByText(person.email)).toBeVisible();
  await keepAdministrator(page, passkey);

  const stranger = await browser.newPage();
  await stranger.goto(setupLink());
  await expect(stranger.getByRole('button', { name: 'Create your passkey' })).toBeHidden();
  await stranger.close();
});
