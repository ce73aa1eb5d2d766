import type { Page } from '@playwright/test';
import type { Authenticator } from './authenticator';
import {
  expect,
  expectNoViolations,
  linkInEmailTo,
  newPerson,
  openTouched,
  type Person,
  signIn,
  signUp,
  test,
} from './fixtures';

const example = `http://localhost:${process.env.E2E_EXAMPLE_PORT}`;
const start = (page: Page) => page.getByRole('link', { name: 'Sign in with Latchkey' });
const consent = (page: Page) => page.getByRole('heading', { name: 'Sign in to Example app?' });
const greeting = (page: Page, { name }: Person) => page.getByRole('heading', { name: `Hello, ${name}` });

/** From the example's only button to the greeting, for somebody whom Latchkey does not know yet in this browser. */
async function signInToExample(page: Page, passkey: Authenticator, person: Person, first = true) {
  await passkey.touched(true);
  await page.goto(example);
  await start(page).click();
  if (first) await page.getByRole('button', { name: 'Allow' }).click();
  await expect(greeting(page, person)).toBeVisible();
}

/** Somebody with an account, signed out again. */
async function somebody(page: Page, passkey: Authenticator) {
  const person = newPerson();
  await signUp(page, person);
  await passkey.touched(false);
  await page.context().clearCookies();
  return person;
}

test('an app signs somebody in with a passkey, and out everywhere', async ({ page, passkey }) => {
  const person = await somebody(page, passkey);
  await page.goto(example);
  await expectNoViolations(page);

  await test.step('the sign-in page says whom it is for, and consent is asked once', async () => {
    await start(page).click();
    await expect(page.getByRole('heading', { name: 'Sign in to Example app' })).toBeVisible();
    const asking = page.url();
    await page.goto(example);
    await passkey.touched(true);
    await openTouched(page, asking);
    await expect(consent(page)).toBeVisible();
    await expect(page.getByText(`localhost:${process.env.E2E_EXAMPLE_PORT}`)).toBeVisible();
    await expectNoViolations(page);
    await page.getByRole('button', { name: 'Allow' }).click();
  });

  await test.step('the app knows who it is and how it was proven', async () => {
    await expect(greeting(page, person)).toBeVisible();
    await expect(page.getByRole('definition').filter({ hasText: person.email })).toContainText('confirmed');
    await expect(page.getByRole('definition').filter({ hasText: 'with a passkey' })).toContainText('phrh hwk user mfa');
    await expectNoViolations(page);
  });

  await test.step('signing out there is signing out here', async () => {
    await passkey.touched(false);
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await expect(page.getByRole('status')).toHaveText('You are signed out, here and at Latchkey.');
    expect(page.url()).toBe(`${example}/signed-out`);
    await page.goto('/account');
    await expect(page).toHaveURL(/\/sign-in/);
    await page.goto(example);
    await expect(start(page)).toBeVisible();
  });

  await test.step('the next time one press is enough', async () => {
    await signInToExample(page, passkey, person, false);
  });
});

test('a session that is ended at Latchkey, from another browser, ends in the app', async ({
  page,
  passkey,
  otherDevice,
}) => {
  const person = await somebody(page, passkey);
  await signInToExample(page, passkey, person);

  const other = await otherDevice(await passkey.credentials());
  await signIn(other.page, other.passkey);
  await other.page.goto('/account/sessions');
  await other.page.getByRole('button', { name: 'End all others' }).click();
  await other.page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
  await expect(other.page.getByRole('status').filter({ hasText: 'ended' })).toBeVisible();

  await expect(async () => {
    await page.goto(example);
    await expect(page.getByRole('status')).toHaveText(/^Your session was ended at Latchkey/, { timeout: 500 });
  }).toPass();
  await expect(start(page)).toBeVisible();
});

test('going back and reloading before consent lead to the question again', async ({ page, passkey }) => {
  const person = await somebody(page, passkey);
  await passkey.touched(true);
  await page.goto(example);
  await start(page).click();
  await expect(consent(page)).toBeVisible();
  await page.goBack({ waitUntil: 'commit' });
  await expect(consent(page)).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(greeting(page, person)).toBeVisible();
});

test('somebody without an account makes one on the way', async ({ page }) => {
  const person = newPerson();
  await page.goto(example);
  await start(page).click();
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('Your name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.goto(await linkInEmailTo(page, person.email));
  await page.getByRole('button', { name: 'Create your passkey' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(greeting(page, person)).toBeVisible();
});

test('somebody who refuses is signed in nowhere', async ({ page, passkey }) => {
  await somebody(page, passkey);
  await passkey.touched(true);
  await page.goto(example);
  await start(page).click();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await expect(page.getByRole('status')).toHaveText('You did not let this app sign you in.');
  await expect(start(page)).toBeVisible();
});

test('the app believes nobody else', async ({ page, request }) => {
  await test.step('an answer to a question that another browser asked', async () => {
    const answer = await request.get(`${example}/callback?code=stolen&state=elsewhere&iss=x`);
    expect(answer.status()).toBe(400);
    expect(await answer.text()).toContain('This sign-in is over');
  });
  await test.step('a sign-out that another site sends', async () => {
    const forged = await request.post(`${example}/sign-out`, { headers: { origin: 'https://evil.example' } });
    expect(forged.status()).toBe(403);
  });
  await test.step('a logout token that Latchkey did not sign', async () => {
    const forged = await request.post(`${example}/backchannel-logout`, { form: { logout_token: 'e30.e30.e30' } });
    expect(forged.status()).toBe(400);
  });
  await test.step('what it prints is never markup', async () => {
    await page.goto(`${example}/callback?error=<b>&state=<b>`);
    expect(await page.locator('main b').count()).toBe(0);
  });
});

test('without a script, allowing leads on to the app as well', async ({ page, withoutScript }) => {
  const person = newPerson();
  await signUp(page, person);
  await withoutScript.context().addCookies(await page.context().cookies());
  await withoutScript.goto(example);
  await start(withoutScript).click();
  await withoutScript.getByRole('button', { name: 'Allow' }).click();
  await expect(greeting(withoutScript, person)).toBeVisible();
});
