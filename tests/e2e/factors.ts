import type { Page } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import { expect, linkInEmailTo, type Person } from './fixtures';

export const PASSWORD = 'quartz umbrella 94 lantern';
const STEP = 30_000;

/** An authenticator app, which was given its key as text. */
export class AuthenticatorApp {
  private readonly totp: TOTP;
  private lastStep = 0;

  constructor(key: string, { email }: Person) {
    const secret = Secret.fromBase32(key.replaceAll(' ', ''));
    this.totp = new TOTP({ issuer: 'Latchkey', label: email, secret });
  }

  get uri() {
    return this.totp.toString();
  }

  /**
   * A code that was not used before: each counts once. The next one counts already, so that two can be had at any time;
   * for a third, time must have gone on.
   */
  async code() {
    const now = () => Math.floor(Date.now() / STEP);
    await expect.poll(() => now() + 1, { timeout: 2 * STEP }).toBeGreaterThan(this.lastStep);
    this.lastStep = Math.max(now(), this.lastStep + 1);
    return this.totp.generate({ timestamp: this.lastStep * STEP });
  }
}

export async function setPassword(page: Page, password = PASSWORD) {
  await page.goto('/account/security');
  await page.getByRole('region', { name: 'Password' }).getByRole('textbox').fill(password);
  await page.getByRole('button', { name: /^(Set|Change) password$/ }).click();
  await expect(page.getByText('Your password is saved.')).toBeVisible();
}

/** Turns two-step sign-in on, as far as the page that shows the recovery codes. */
export async function turnOnTwoStep(page: Page, person: Person) {
  await page.goto('/account/security');
  await page.getByRole('button', { name: 'Turn on two-step sign-in' }).click();
  const app = new AuthenticatorApp(await keyOnPage(page), person);
  await page.getByLabel('Enter the code that the app shows').fill(await app.code());
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  return { app, codes: await recoveryCodesOnPage(page) };
}

export const keyOnPage = (page: Page) => page.getByText(/^([A-Z2-7]{4} ?){8}$/).innerText();

export async function recoveryCodesOnPage(page: Page) {
  const codes = page.getByRole('listitem').filter({ hasText: /^[a-z0-9]+-[a-z0-9]+-[a-z0-9]+$/ });
  await expect(codes).toHaveCount(10);
  return codes.allInnerTexts();
}

/** Fills in the sign-in form and sends it. Nobody may be touching a reader that knows a passkey. */
export async function enterPassword(page: Page, { email }: Person, password = PASSWORD) {
  if (!page.url().includes('/sign-in')) await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Enters a code on the page that waits for one. */
export async function enterCode(page: Page, code: string) {
  await page.waitForURL('**/two-factor**');
  await page.getByLabel(/^(Code|Recovery code)$/).fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** The same with a code that is refused; the field is emptied for the next try. */
export async function enterWrongCode(page: Page, code: string) {
  await enterCode(page, code);
  await expect(page.getByLabel(/^(Code|Recovery code)$/)).toHaveValue('');
  await expect(page.getByText('That did not match.')).toBeVisible();
}

/** Declines the passkey that is offered after a sign-in without one. */
export async function declineOffer(page: Page) {
  await page.waitForURL('**/add-passkey**');
  await page.getByRole('button', { name: 'Not now' }).click();
  await page.waitForURL('**/account**');
}

export async function signOut(page: Page) {
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/signed-out**');
}

/** Asks for the e-mail as somebody who is locked out does, and yields the link in it. */
export async function askForRecovery(page: Page, { email }: Person) {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgot your password or lost your passkey?' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  return linkInEmailTo(page, email, 'Get back into your account');
}
