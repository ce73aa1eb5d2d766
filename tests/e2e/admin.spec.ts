import { expectReadable } from './every-page';
import { administratorPasskey, createPasskey, expect, newPerson, signIn, signUp, test } from './fixtures';

test('an administrator invites, and shuts out at once', async ({ page, passkey, otherDevice }) => {
  await passkey.add(administratorPasskey());
  await signIn(page, passkey);
  await page.goto('/admin');
  await page.waitForURL('**/admin/users');

  const invited = newPerson();
  const guest = await otherDevice();
  await test.step('an invitation makes an account, once', async () => {
    await page.getByLabel('E-mail').fill(invited.email);
    await page.getByRole('button', { name: 'Invite' }).click();
    const link = await page.getByText(/\/invite\/\S+/).innerText();

    await guest.passkey.touched(true);
    await guest.page.goto(link);
    await expect(guest.page.getByLabel('E-mail')).toHaveValue(invited.email);
    await expectReadable(guest.page);
    await guest.page.getByLabel('Your name').fill(invited.name);
    await createPasskey(guest.page);
    await expect(guest.page.getByText(`Signed in as ${invited.email}`)).toBeVisible();

    const late = await otherDevice();
    await late.page.goto(link);
    await expect(late.page.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
  });

  await test.step('a disabled member is refused on the very next request, and every way in', async () => {
    await page.goto('/admin/users');
    const row = page.getByRole('listitem').filter({ hasText: invited.email });
    await row.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await expect(row.getByText('Disabled', { exact: true })).toBeVisible();

    await guest.passkey.touched(false);
    await guest.page.reload();
    await guest.page.waitForURL('**/sign-in**');
    await guest.page.reload();
    await expect(guest.page.getByText(invited.name)).toHaveCount(0);

    await row.getByRole('button', { name: 'Enable' }).click();
    await expect(row.getByText('Disabled', { exact: true })).toHaveCount(0);
    await signIn(guest.page, guest.passkey);
  });

  await test.step('ending all sessions of somebody signs them out at once, and no more', async () => {
    const row = page.getByRole('listitem').filter({ hasText: invited.email });
    await row.getByRole('button', { name: 'End all sessions' }).click();
    const dialog = page.getByRole('dialog', { name: `End all sessions of ${invited.name}?` });
    await dialog.getByRole('button', { name: 'End all sessions' }).click();
    await expect(page.getByRole('status').filter({ hasText: '1 session is ended.' })).toBeVisible();

    await guest.passkey.touched(false);
    await guest.page.reload();
    await guest.page.waitForURL('**/sign-in**');
    await signIn(guest.page, guest.passkey);
  });

  await test.step('a passkey of somebody is removed, the last one too, with the session that it made', async () => {
    const row = page.getByRole('listitem').filter({ hasText: invited.email });
    await row.getByRole('link', { name: '1 passkey' }).click();
    await expect(page.getByRole('heading', { name: invited.name })).toBeVisible();
    await expectReadable(page);
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove passkey' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'is removed.' })).toBeVisible();
    await expect(page.getByRole('heading', { name: '0 passkeys' })).toBeVisible();

    await guest.passkey.touched(false);
    await guest.page.reload();
    await guest.page.waitForURL('**/sign-in**');
  });

  await test.step('who is locked out is let back in by a link', async () => {
    await guest.passkey.forgetAll();
    await guest.page.context().clearCookies();
    await page.goto('/admin/users');
    const row = page.getByRole('listitem').filter({ hasText: invited.email });
    await row.getByRole('button', { name: 'Recovery link' }).click();
    const dialog = page.getByRole('dialog', { name: `Let ${invited.name} back in?` });
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    await guest.page.goto(await dialog.getByText(/\/recover\/\S+/).innerText());
    await guest.passkey.touched(true);
    await guest.page.getByRole('button', { name: 'Get back in' }).click();
    await guest.page.getByRole('button', { name: 'Set up a passkey' }).click();
    await guest.page.waitForURL('**/account');
  });
});

test('who is no administrator finds no administration', async ({ page }) => {
  await signUp(page, newPerson());
  await expect(page.getByRole('link', { name: 'Users' })).toHaveCount(0);
  for (const path of ['/admin', '/admin/users']) expect((await page.goto(path))?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
});
