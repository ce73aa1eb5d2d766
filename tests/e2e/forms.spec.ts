import { expect, newPerson, signUp, test } from './fixtures';
import { walks } from './forms';
import { fillIn, walk } from './sending';
import { handOver, worldOf } from './world';

for (const scripted of [true, false]) {
  const how = scripted ? 'sent offline, then again' : 'without a script';

  test(`every form of a visitor ends where it should, ${how}`, async ({ page, withoutScript, otherDevice }) => {
    const person = newPerson();
    const { page: device, passkey } = await otherDevice();
    await passkey.touched(true);
    await signUp(device, person);
    const target = scripted ? page : withoutScript;
    await walk(target, walks.visitor, worldOf(target, person, { mailPage: device }), scripted);
  });

  test(`every form of an account ends where it should, ${how}`, async ({ page, passkey, withoutScript }) => {
    const person = newPerson();
    await signUp(page, person);
    await passkey.touched(false);
    const target = scripted ? page : withoutScript;
    await handOver(page, target);
    await target.goto('/account');
    await walk(target, walks.member, worldOf(target, person, { mailPage: page }), scripted);
  });
}

test('a session that has ended leads from any form to the sign-in and back, without a script', async ({
  page,
  passkey,
  withoutScript,
}) => {
  const person = newPerson();
  await signUp(page, person);
  await passkey.touched(false);
  const cookies = await page.context().cookies();
  const wrong: string[] = [];
  withoutScript.on('response', (response) => {
    if (response.request().method() === 'POST' && response.status() !== 303)
      wrong.push(`${response.status()} ${response.url()}`);
  });

  const world = worldOf(withoutScript, person);
  const forms = walks.member.filter(({ at, before }) => typeof at === 'string' && at.startsWith('/account') && !before);
  const first = forms.filter(
    ({ at, region, press }) => !region || /^(Set password|Turn on)/.test(String(press)) || !at,
  );
  for (const form of first.filter(({ action }) => action !== '#signOut')) {
    await withoutScript.context().addCookies(cookies);
    const { part } = await fillIn(withoutScript, form, world, false);
    await withoutScript.context().clearCookies();
    await part.getByRole('button', { name: form.press, exact: true }).first().click();
    await expect(withoutScript, form.action).toHaveURL(`/sign-in?return_to=${encodeURIComponent(String(form.at))}`);
  }
  expect(first.length).toBeGreaterThan(4);
  expect(wrong).toEqual([]);

  await withoutScript.context().addCookies(cookies);
  await withoutScript.reload();
  await expect(withoutScript).toHaveURL('/account/profile');
});

test('a code that is typed in leads on, and a page that leaves leads nowhere by itself', async ({ page, passkey }) => {
  await signUp(page, newPerson());
  await passkey.touched(false);
  await page.goto('/device');
  await page.getByLabel('Code').fill('WRONG-CODE');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('There is no device with this code')).toBeVisible();
  await page.goto(`/leaving?${new URLSearchParams({ to: 'https://evil.example/', signature: 'x' })}`);
  await expect(page.getByRole('heading', { name: 'This page leads nowhere' })).toBeVisible();
});
