import { askForRecovery, enterCode, setPassword, signOut, turnOnTwoStep } from './factors';
import { emailTo, expect, newPerson, signIn, signUp, test } from './fixtures';

test('a link by mail brings back who has lost the only passkey', async ({ page, passkey, otherDevice }) => {
  const person = newPerson();
  await signUp(page, person);
  const thief = await otherDevice(await passkey.credentials());
  await signIn(thief.page, thief.passkey);
  await thief.passkey.touched(false);
  await passkey.forgetAll();
  await page.goto('/account');
  await signOut(page);
  const link = await askForRecovery(page, person);

  await test.step('looking at the link does nothing', async () => {
    await page.goto(link);
    await page.reload();
    await thief.page.reload();
    await expect(thief.page.getByText(`Signed in as ${person.email}`)).toBeVisible();
  });

  await page.getByRole('button', { name: 'Get back in' }).click();
  await expect(page.getByRole('heading', { name: 'You are back in' })).toBeVisible();
  await page.getByRole('button', { name: 'Set up a passkey' }).click();
  await page.waitForURL('**/account');
  await thief.page.reload();
  await thief.page.waitForURL('**/sign-in**');
  await emailTo(page, person.email, 'Your account was recovered by mail');

  await page.goto('/account');
  await signOut(page);
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
  await signIn(page, passkey);
});

test('a link by mail does not stand in for the second step as well', async ({ page, passkey }) => {
  const person = newPerson();
  await signUp(page, person);
  await setPassword(page);
  const { app } = await turnOnTwoStep(page, person);
  await passkey.forgetAll();
  await signOut(page);

  await page.goto(await askForRecovery(page, person));
  await page.getByRole('button', { name: 'Get back in' }).click();
  await page.waitForURL('**/two-factor');
  await page.goto('/account');
  await page.waitForURL('**/sign-in**');
  await page.goto('/two-factor');
  await enterCode(page, await app.code());
  await expect(page.getByRole('heading', { name: 'You are back in' })).toBeVisible();
  await page.goto('/account/security');
  await expect(page.getByRole('region', { name: 'Two-step sign-in' }).getByText('On', { exact: true })).toBeVisible();
});

test('whether an address has an account is not told', async ({ page }) => {
  const stranger = newPerson();
  const member = newPerson();
  await signUp(page, member);
  await signOut(page);
  const answers: string[] = [];
  for (const { email } of [member, stranger]) {
    await page.goto('/recover');
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
    answers.push((await page.getByRole('main').innerText()).replaceAll(email, 'the address'));
  }
  expect(answers[0]).toBe(answers[1]);
  await emailTo(page, member.email, 'Get back into your account');
  await expect(page.getByText(`To ${stranger.email}`)).toHaveCount(0);
});
