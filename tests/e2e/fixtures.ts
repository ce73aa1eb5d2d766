import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { Authenticator, type Credential } from './authenticator';

export { Authenticator, expect };

export type Person = { name: string; email: string };

type Window = { page: Page; passkey: Authenticator };
type Fixtures = {
  /** The authenticator of the test's own page. */
  passkey: Authenticator;
  /** Another browser, on a device that holds these passkeys; nobody touches its reader yet. */
  otherDevice: (credentials?: Credential[]) => Promise<Window>;
  /** Another tab of the same browser. A tab has an authenticator of its own, which needs the passkeys as well. */
  otherTab: (credentials?: Credential[]) => Promise<Window>;
  /** A page of another browser, in which no script runs. */
  withoutScript: Page;
};

/** Every test makes its own people: nothing is ever reset. */
export const test = base.extend<Fixtures>({
  passkey: [async ({ page }, use) => use(await Authenticator.attach(page)), { auto: true }],

  otherDevice: async ({ browser }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (credentials) => {
      const context = await browser.newContext();
      opened.push(context);
      return untouched(await context.newPage(), credentials);
    });
    for (const context of opened) await context.close();
  },

  withoutScript: async ({ browser }, use) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    await use(await context.newPage());
    await context.close();
  },

  otherTab: async ({ context }, use) => use(async (credentials) => untouched(await context.newPage(), credentials)),
});

async function untouched(page: Page, credentials?: Credential[]): Promise<Window> {
  const passkey = await Authenticator.attach(page, credentials);
  await passkey.touched(false);
  return { page, passkey };
}

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

/** Signs in by autofill, on the sign-in page that is open or, where there is none, on a new one. */
export async function signIn(page: Page, passkey: Authenticator) {
  await passkey.touched(true);
  if (page.url().includes('/sign-in')) await page.reload();
  else await page.goto('/sign-in');
  await page.waitForURL('**/account**');
}

/** Waits until the script has taken over every part of the page, so that nothing is about to be exchanged. */
export const hydrated = (page: Page) =>
  page.waitForFunction(() => {
    const parts = [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')];
    return parts.every((part) => Object.keys(part).some((key) => key.startsWith('__reactProps$')));
  });

export const signInButton = (page: Page) => page.getByRole('button', { name: 'Sign in with a passkey' });

/** Makes the browser one that has no autofill of passkeys, so that whoever signs in did it by the button. */
export const withoutAutofill = (context: BrowserContext) =>
  context.addInitScript(() => {
    PublicKeyCredential.getClientCapabilities = async () => ({ conditionalGet: false });
  });

/** The newest letter to this address, of this subject if one is given, in the outbox of the local installation. */
export async function letterTo(page: Page, email: string, subject: string | RegExp = '') {
  const letter = page
    .getByRole('listitem')
    .filter({ hasText: `To ${email}` })
    .filter({ has: page.getByRole('heading', { name: subject }) })
    .first();
  await expect(async () => {
    await page.goto('/outbox');
    await expect(letter).toBeVisible({ timeout: 1_000 });
  }).toPass();
  return letter;
}

export async function linkInLetterTo(page: Page, email: string, subject?: string | RegExp) {
  const letter = await letterTo(page, email, subject);
  return letter.getByRole('link').first().innerText();
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
const passkeyFile = join(process.env.E2E_DIR ?? '', 'administrator-passkey.json');

export async function keepAdministrator(page: Page, passkey: Authenticator) {
  await page.context().storageState({ path: administrator });
  writeFileSync(passkeyFile, JSON.stringify((await passkey.credentials())[0]));
}

/** The administrator's passkey as it was in the beginning, so that only one test may sign in with it: it counts. */
export const administratorPasskey = (): Credential => JSON.parse(readFileSync(passkeyFile, 'utf8'));

/**
 * Asks axe, and names each violation with the elements that it is about. In the mode for pages without frames, which
 * opens no page of its own and so leaves the focus where it is.
 */
export async function expectNoViolations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
}
