import { Authenticator, expect, expectNoViolations, newPerson, signUp, test } from './fixtures';

test('a stranger signs up by letter and passkey, and comes back by button and by autofill', async ({
  page,
  passkey,
}) => {
  const person = newPerson();
  await signUp(page, person);
  await expectNoViolations(page);
  await expect(page.getByText(person.name).first()).toBeVisible();

  await page.context().clearCookies();
  await passkey.touched(false);
  await page.goto('/sign-in');
  await expectNoViolations(page);
  await passkey.touched(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL('**/account**');

  await page.context().clearCookies();
  await page.goto('/sign-in');
  await page.waitForURL('**/account**');
});

test('the same passkey signs in on another device', async ({ page, passkey, browser }) => {
  await signUp(page, newPerson());
  const [credential] = await passkey.credentials();

  const other = await browser.newPage();
  const elsewhere = await Authenticator.attach(other);
  if (credential) await elsewhere.add(credential);
  const asserted = elsewhere.next('credentialAsserted');
  await other.goto('/sign-in');
  await other.waitForURL('**/account**');
  expect((await asserted).signCount).toBeGreaterThan(credential?.signCount ?? 0);
  await other.close();
});
