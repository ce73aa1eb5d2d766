import {
  createPasskey,
  expect,
  expectNoViolations,
  linkInEmailTo,
  newPerson,
  setupLink,
  storeAdministrator,
  test,
} from './fixtures';

// The link works once, so that a second try could not pass.
test.describe.configure({ retries: 0 });

test('the setup link makes the first administrator, once', async ({ page, passkey, browser }) => {
  const person = newPerson();
  await page.goto(setupLink());
  await expectNoViolations(page);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Your name').fill(person.name);
  await createPasskey(page);

  expect(await passkey.credentials()).toHaveLength(1);
  await page.goto('/admin/users');
  await expect(page.getByRole('listitem').getByText(person.email)).toBeVisible();
  await test.step('the address is asked to be confirmed, until it is', async () => {
    const banner = page.getByRole('note').filter({ hasText: 'Confirm your address' });
    await expect(banner).toBeVisible();
    await banner.getByRole('button', { name: 'Send me a link' }).click();
    await expect(banner.getByText(`A link is on its way to ${person.email}.`)).toBeVisible();
    await page.goto(await linkInEmailTo(page, person.email, 'Confirm your address'));
    await page.getByRole('button', { name: 'Use this address' }).click();
    await expect(page.getByText(`${person.email} is confirmed.`)).toBeVisible();
    await page.goto('/admin/users');
    await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();
    await expect(banner).toHaveCount(0);
  });
  await storeAdministrator(page, passkey);

  const stranger = await browser.newPage();
  await stranger.goto(setupLink());
  await expect(stranger.getByRole('button', { name: 'Create your passkey' })).toBeHidden();
  await stranger.close();
});
