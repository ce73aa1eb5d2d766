import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { Authenticator } from './authenticator';

export { Authenticator, expect };

export type Person = { name: string; email: string };

/** `passkey` is an authenticator on the test's page. Every test makes its own people: nothing is ever reset. */
export const test = base.extend<{ passkey: Authenticator }>({
  passkey: [async ({ page }, use) => use(await Authenticator.attach(page)), { auto: true }],
});

export function newPerson(): Person {
  const mark = randomUUID().slice(0, 8);
  return { name: `Robin ${mark}`, email: `robin-${mark}@example.com` };
}

/** Signs up as a stranger does: form, letter, link, passkey; ends on the account. */
export async function signUp(page: Page, person: Person) {
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  await page.goto(await linkInLetterTo(page, person.email));
  await createPasskey(page);
}

/** Presses the button of a first passkey and waits for the account behind it. */
export async function createPasskey(page: Page) {
  await page.getByRole('button', { name: 'Create your passkey' }).click();
  await page.waitForURL('**/account**');
}

/** The link of the newest letter to this address, read from the outbox of the local installation. */
export async function linkInLetterTo(page: Page, email: string) {
  const link = page.getByRole('listitem').filter({ hasText: email }).first().getByRole('link').first();
  await expect(async () => {
    await page.goto('/outbox');
    await expect(link).toBeVisible({ timeout: 1_000 });
  }).toPass();
  return link.innerText();
}

/** The setup link of the first administrator, as the server printed it when it started; it works once in a whole run. */
export function setupLink() {
  const log = readFileSync(join(process.env.E2E_DIR ?? '', 'server.log'), 'utf8');
  const link = log.match(/^setup link: (\S+)$/m)?.[1];
  if (!link) throw new Error(`The server printed no setup link:\n${log}`);
  return link;
}

/** Where setup.spec.ts leaves the administrator's cookies: `test.use({ storageState: administrator })`. */
export const administrator = join(process.env.E2E_DIR ?? '', 'administrator.json');

/** Asks axe, and names each violation with the elements that it is about. */
export async function expectNoViolations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
}
