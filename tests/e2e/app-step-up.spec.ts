import { enterPassword, setPassword } from './factors';
import { expect, newPerson, signUp, test } from './fixtures';
import { handOver, registerApp } from './world';

// Early in the alphabet, like all that the administrator's session is used for: its authentication is recent for ten minutes.

/** What an app sends that cannot do without one of these. */
const essential = (...values: string[]) => ({
  claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }),
});

for (const scripted of [true, false]) {
  const how = scripted ? 'with a script' : 'without a script';

  test(`who does not confirm for an app goes back to it, or is somebody else, ${how}`, async ({
    page,
    passkey,
    withoutScript,
    browser,
  }) => {
    const app = await registerApp(browser);
    const person = newPerson();
    await signUp(page, person);
    await setPassword(page);
    await passkey.touched(false);
    const target = scripted ? page : withoutScript;
    await handOver(page, target);
    const decline = async () => {
      await target.goto(app.authorize({ prompt: 'login' }));
      await target.getByRole('link', { name: 'Go back without confirming' }).click();
      await expect(target.getByRole('heading', { name: 'You did not confirm' })).toBeVisible();
    };

    await decline();
    await target.getByRole('button', { name: /^Go back to/ }).click();
    await expect(target.getByText(/^Back at the app: .*error=access_denied/)).toBeVisible();

    await decline();
    await target.getByRole('link', { name: 'Confirm that it is you' }).click();
    await expect(target.getByRole('heading', { name: "Confirm it's you" })).toBeVisible();

    await decline();
    await target.getByRole('button', { name: 'Use another account' }).click();
    await target.waitForURL('**/sign-in?**');
    await enterPassword(target, person);
    await target.getByRole('button', { name: 'Not now' }).click();
    await target.getByRole('button', { name: 'Allow' }).click();
    await expect(target.getByText(/^Back at the app: .*code=/)).toBeVisible();
  });

  test(`an app that cannot do without aal1 or aal2 takes what is stronger, ${how}`, async ({
    page,
    passkey,
    withoutScript,
    browser,
  }) => {
    const app = await registerApp(browser);
    await signUp(page, newPerson());
    await passkey.touched(false);
    const target = scripted ? page : withoutScript;
    await handOver(page, target);
    await target.goto(app.authorize(essential('aal1')));
    await target.getByRole('button', { name: 'Allow' }).click();
    await expect(target.getByText(/^Back at the app: .*code=/)).toBeVisible();
    await target.goto(app.authorize({ ...essential('aal2'), prompt: 'consent' }));
    await target.getByRole('button', { name: 'Allow' }).click();
    await expect(target.getByText(/^Back at the app: .*code=/)).toBeVisible();
  });
}
