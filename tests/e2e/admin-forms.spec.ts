import { setPassword, turnOnTwoStep } from './factors';
import { administrator, expect, newPerson, signUp, test } from './fixtures';
import { walks } from './forms';
import { walk } from './sending';
import { handOver, registerApp, signInAgain, worldOf } from './world';

// Early in the alphabet, like all that the administrator's session is used for: its authentication is recent for ten minutes.

for (const scripted of [true, false]) {
  const how = scripted ? 'sent offline, then again' : 'without a script';

  test(`every form of the administration ends where it should, ${how}`, async ({ page, passkey, browser }) => {
    const guest = newPerson();
    await signUp(page, guest);
    await passkey.touched(false);
    const context = await browser.newContext({ storageState: administrator, javaScriptEnabled: scripted });
    const otherPage = await context.newPage();
    await otherPage.goto('/admin/users');
    const row = otherPage.getByRole('listitem').filter({ hasText: guest.email });
    const userPage = (await row.getByRole('link').first().getAttribute('href')) ?? '';
    const world = worldOf(otherPage, guest, {
      guest: { ...guest, page: userPage },
      guestTurnsOnTwoStep: async () => {
        await setPassword(page);
        await turnOnTwoStep(page, guest);
      },
    });
    let registered = '';
    world.clientPage = async () => {
      const link = otherPage.getByRole('link', { name: 'Go on to its settings' });
      registered ||= (await link.getAttribute('href')) ?? '';
      return registered;
    };
    await walk(otherPage, walks.administrator, world, scripted);
    await context.close();
  });

  test(`every form that an app leads to ends where it should, ${how}`, async ({
    page,
    passkey,
    withoutScript,
    browser,
  }) => {
    const app = await registerApp(browser);
    const person = newPerson();
    await signUp(page, person);
    await passkey.touched(false);
    const target = scripted ? page : withoutScript;
    await handOver(page, target);
    const signIn = () => signInAgain({ page, passkey }, target);
    await walk(target, walks.forApps, worldOf(target, person, { ...app, signIn }), scripted);
  });
}

test('an app is reached by password, and by a step-up, without a script', async ({
  page,
  passkey,
  withoutScript,
  browser,
}) => {
  const app = await registerApp(browser);
  const person = newPerson();
  await signUp(page, person);
  await passkey.touched(false);
  await setPassword(page);
  await withoutScript.goto(app.authorize());
  await withoutScript.getByLabel('E-mail').fill(person.email);
  const password = withoutScript.getByLabel('Password', { exact: true });
  await password.fill(worldOf(page, person).password);
  await withoutScript.getByRole('button', { name: 'Sign in', exact: true }).click();
  await withoutScript.getByRole('button', { name: 'Not now' }).click();
  await withoutScript.getByRole('button', { name: 'Allow' }).click();
  await expect(withoutScript.getByText(/^Back at the app: .*code=/)).toBeVisible();

  await test.step('who does not confirm goes back to the app', async () => {
    await withoutScript.goto(app.authorize({ prompt: 'login' }));
    await withoutScript.getByRole('link', { name: 'Go back without confirming' }).click();
    await withoutScript.getByRole('button', { name: /^Go back to/ }).click();
    await expect(withoutScript.getByText(/^Back at the app: .*error=access_denied/)).toBeVisible();
  });

  await withoutScript.goto(app.authorize({ prompt: 'login' }));
  await password.fill(worldOf(page, person).password);
  await withoutScript.getByRole('button', { name: 'Confirm with the password' }).click();
  await expect(withoutScript.getByText(/^Back at the app: .*code=/)).toBeVisible();
});
