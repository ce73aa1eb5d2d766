import type { Page } from '@playwright/test';
import {
  Authenticator,
  expect,
  expectNoViolations,
  newPerson,
  openTouched,
  signInButton,
  signUp,
  signUpByHand,
  test,
  withoutAutofill,
} from './fixtures';

test('a stranger signs up by e-mail and passkey, and comes back by autofill and by button (E5, MA1)', async ({
  page,
}) => {
  const person = newPerson();
  await signUpByHand(page, person);
  await expectNoViolations(page);
  await expect(page.getByText(person.name).first()).toBeVisible();

  const challenges = challengesAskedFor(page);
  await page.context().clearCookies();
  await openTouched(page, '/sign-in');
  await page.waitForURL('**/account**');

  await page.context().clearCookies();
  await withoutAutofill(page.context());
  await page.goto('/sign-in');
  await expectNoViolations(page);
  await signInButton(page).click();
  await page.waitForURL('**/account**');
  expect(challenges, 'the first challenge comes with the page').toEqual([]);

  await page.context().clearCookies();
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('button', { name: 'Use a passkey for this e-mail' }).click();
  await page.waitForURL('**/account**');
  expect(challenges).toEqual([{ username: person.email }]);
});

/** What the page sends to ask for a challenge, as it goes on. */
function challengesAskedFor(page: Page) {
  const challenges: unknown[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/authenticate/options')) challenges.push(request.postDataJSON());
  });
  return challenges;
}

test('the same passkey signs in on another device', async ({ page, passkey, browser }) => {
  await signUp(page, newPerson());
  const [credential] = await passkey.credentials();

  const other = await browser.newPage();
  const elsewhere = await Authenticator.attach(other);
  if (credential) await elsewhere.add(credential);
  const asserted = elsewhere.next('credentialAsserted');
  await openTouched(other, '/sign-in');
  await other.waitForURL('**/account**');
  expect((await asserted).signCount).toBeGreaterThan(credential?.signCount ?? 0);
  await other.close();
});
