import { expect, newPerson, signUp, test } from './fixtures';
import { handOver } from './world';

test('a form of another build says so without a script, and shows what was typed but no secret', async ({
  page,
  passkey,
  withoutScript,
}) => {
  await signUp(page, newPerson());
  await passkey.touched(false);
  await handOver(page, withoutScript);
  const ofAnotherBuild = (text: string) => text.replace(/(\$ACTION_ID_|"id":")[\da-f]{42}/g, `$1${'4'.repeat(42)}`);
  await withoutScript.route('**/*', (route) => {
    const sent = route.request().postData();
    return sent ? route.continue({ postData: ofAnotherBuild(sent) }) : route.continue();
  });

  await withoutScript.goto('/account/profile');
  await withoutScript.getByLabel('Your name').fill('Robin <b>the</b> Third');
  await withoutScript.getByRole('button', { name: 'Save name' }).click();
  await expect(withoutScript.getByRole('heading', { name: 'This page is from before an update' })).toBeVisible();
  await expect(withoutScript.getByText('Robin <b>the</b> Third', { exact: true })).toBeVisible();
  await expect(withoutScript.locator('dl dt')).toHaveText(['Name']);
  await withoutScript.getByRole('link', { name: 'Open the page again' }).click();
  await expect(withoutScript).toHaveURL('/account/profile');
  await expect(withoutScript.getByLabel('Your name')).not.toHaveValue(/Robin <b>/);

  await withoutScript.goto('/account/security');
  const password = withoutScript.getByRole('region', { name: 'Password' });
  await password.getByLabel('Password', { exact: true }).fill('a secret that nobody may see');
  await password.getByRole('button', { name: 'Set password' }).click();
  await expect(withoutScript.getByRole('heading', { name: 'This page is from before an update' })).toBeVisible();
  expect(await withoutScript.content()).not.toContain('nobody may see');
  await withoutScript.goto('/renewed');
  await expect(withoutScript.getByRole('heading', { name: 'This page is from before an update' })).toBeHidden();
});
