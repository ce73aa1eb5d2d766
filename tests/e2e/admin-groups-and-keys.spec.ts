import { expectReadable } from './every-page';
import { administrator, expect, newPerson, test } from './fixtures';
import { pressOffline } from './sending';

test.use({ storageState: administrator });
test.beforeEach(({ passkey }) => passkey.touched(false));

test('groups are made, filled, used by an app, and only then not deleted', async ({ page }) => {
  const mark = newPerson().name.slice('Robin '.length);
  const group = `Editors ${mark}`;
  const renamedTo = `Authors ${mark}`;
  await page.goto('/admin/users');
  const email = await page.getByRole('listitem').filter({ hasText: 'You' }).locator('p').nth(1).innerText();

  await page.goto('/admin/groups');
  await page.getByLabel('Name', { exact: true }).fill(group);
  await page.getByRole('button', { name: 'Make the group' }).click();
  await expect(page.getByText(`The group ${group} is made.`)).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('');
  await page.getByLabel('Name', { exact: true }).fill(group);
  await page.getByRole('button', { name: 'Make the group' }).click();
  await expect(page.getByText('There is a group of this name already.')).toBeVisible();

  const card = page.getByRole('region', { name: group });
  await card.getByLabel(`Add somebody to ${group}`).fill('nobody@example.com');
  await card.getByRole('button', { name: 'Add' }).click();
  await expect(card.getByText('Nobody here has this address.')).toBeVisible();
  await card.getByLabel(`Add somebody to ${group}`).fill(email);
  await card.getByRole('button', { name: 'Add' }).click();
  await expect(card.getByRole('listitem')).toContainText(email);
  await expectReadable(page);

  const name = `Limited ${mark}`;
  await page.goto('/admin/clients/new');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('After signing in').fill('https://limited.example.com/callback');
  await page.getByLabel(group).check();
  await page.getByRole('button', { name: 'Register the app' }).click();
  await expect(page.getByText(`${name} is registered`)).toBeVisible();

  await page.goto('/admin/groups');
  await expect(card).toContainText(`Limited to it: ${name}.`);
  await card.getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: `Delete ${group}?` });
  await dialog.getByRole('button', { name: 'Delete the group' }).click();
  await expect(dialog.getByText('An app is limited to this group.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await card.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(card.getByText('Nobody is in it yet.')).toBeVisible();

  await page.goto('/admin/clients');
  await page.getByRole('link', { name }).click();
  await expect(page.getByLabel(group)).toBeChecked();
  await page.getByLabel(group).uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.goto('/admin/groups');
  await card.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill(renamedTo);
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  const renamed = page.getByRole('region', { name: renamedTo });
  await renamed.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the group' }).click();
  await expect(page.getByText('The group is deleted.')).toBeVisible();
  await expect(renamed).toHaveCount(0);
});

test('keys are made anew once at a time, and replaced at once when they have leaked', async ({ page }) => {
  await page.goto('/admin/keys');
  const used = page.getByRole('region', { name: 'In use' }).getByRole('listitem');
  await expect(used).toHaveText([/ES256.*Signs now/, /RS256.*Signs now/]);
  await page.getByRole('button', { name: 'Make new keys' }).click();
  const make = page.getByRole('dialog').getByRole('button', { name: 'Make new keys' });
  await pressOffline(make);
  await make.click();
  await expect(page.getByText('The new keys are published, and sign in an hour.')).toBeVisible();
  await expect(used).toHaveCount(4);
  await expect(used.filter({ hasText: 'Published' })).toHaveText([/signs in (59 minutes|1 hour)/, /signs in/]);
  await expect(page.getByRole('button', { name: 'Make new keys' })).toHaveCount(0);
  await expectReadable(page);

  await page.getByRole('button', { name: 'Keys have leaked' }).click();
  const replace = page.getByRole('dialog').getByRole('button', { name: 'Replace all keys' });
  await pressOffline(replace);
  await replace.click();
  await expect(page.getByText('All keys are replaced.')).toBeVisible();
  await expect(used).toHaveCount(2);
  await expect(page.getByRole('region', { name: 'Retired' }).getByText('Replaced at once')).toHaveCount(4);
  await page.goto('/admin/audit?type=admin.keys-rotated');
  await expect(page.getByRole('listitem').filter({ hasText: 'Made new signing keys' })).toHaveCount(2);
  await expect(page.getByText('(compromised)')).toBeVisible();
});
