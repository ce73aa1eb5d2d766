import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, test as base, expect, type Locator, type Page } from '@playwright/test';
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

/** Signs up as a stranger does: form, e-mail, link, passkey; ends on the account. */
export async function signUpByHand(page: Page, person: Person) {
  await page.goto('/sign-up');
  await page.getByLabel('Your name').fill(person.name);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible();
  const message = await emailTo(page, person.email, 'Confirm your address');
  await message.getByRole('link').first().click();
  await createPasskey(page);
}

/** The same for tests of what comes after it: the form is sent and the e-mail is read without showing their pages. */
export async function signUp(page: Page, person: Person) {
  const shown = await page.request.get('/sign-up');
  const fields = await page.evaluate(fieldsOfForm, await shown.text());
  const { origin } = new URL(shown.url());
  const sent = await page.request.post('/sign-up', { multipart: { ...fields, ...person }, headers: { origin } });
  expect(await sent.text()).toContain('Check your mail');
  await page.goto(await linkInEmailTo(page, person.email));
  await createPasskey(page);
}

/** What is sent with the form for a person besides what is typed. Runs in the page. */
function fieldsOfForm(html: string) {
  const shown = new DOMParser().parseFromString(html, 'text/html');
  const form = shown.querySelector<HTMLInputElement>('input[name=email]')?.form;
  return Object.fromEntries(new FormData(form ?? undefined)) as Record<string, string>;
}

/** Presses the button of a first passkey and waits for the account behind it. */
export async function createPasskey(page: Page) {
  await page.getByRole('button', { name: 'Create your passkey' }).click();
  await page.waitForURL('**/account**');
}

/**
 * Signs in by autofill, at the address of the sign-in page that is open or, where there is none, at a plain one. A page
 * that is open may ask just as the reader is touched, and sign in while it is loaded anew; so it is left before.
 */
export async function signIn(page: Page, passkey: Authenticator) {
  const address = page.url().includes('/sign-in') ? page.url() : '/sign-in';
  await page.goto('about:blank');
  await passkey.touched(true);
  await openTouched(page, address);
  await page.waitForURL('**/account**');
}

/** Goes to a page on which autofill may sign in, and so leave it, before it is there as a whole. */
export const openTouched = (page: Page, address: string) => page.goto(address, { waitUntil: 'commit' });

/**
 * Waits until the script has taken over every part of the page, and exchanged what is another one with a script (a
 * disclosure becomes a dialog's button): it finds the same parts twice, some time apart.
 */
export const hydrated = (page: Page) =>
  page.waitForFunction(
    () => {
      const before = (window as { partsBefore?: Element[] }).partsBefore;
      const parts = [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')];
      Object.assign(window, { partsBefore: parts });
      const isSame = before?.length === parts.length && parts.every((part, index) => part === before[index]);
      return isSame && parts.every((part) => Object.keys(part).some((key) => key.startsWith('__reactProps$')));
    },
    undefined,
    { polling: 100 },
  );

/** Holds back what the page asks for at these addresses, until the function that this yields is called. */
export async function holdBack(page: Page, addresses: string) {
  let letGo = () => {};
  const lettingGo = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(addresses, async (route) => {
    await lettingGo;
    await route.continue();
  });
  return letGo;
}

export const signInButton = (page: Page) => page.getByRole('button', { name: 'Sign in with a passkey' });

/** Makes the browser one that has no autofill of passkeys, so that whoever signs in did it by the button. */
export const withoutAutofill = (context: BrowserContext) =>
  context.addInitScript(() => {
    PublicKeyCredential.getClientCapabilities = async () => ({ conditionalGet: false });
  });

/** The newest e-mail to this address, of this subject if one is given, in the outbox of the local installation. */
export async function emailTo(page: Page, email: string, subject: string | RegExp = '') {
  const message = page
    .getByRole('listitem')
    .filter({ hasText: `To ${email}` })
    .filter({ has: page.getByRole('heading', { name: subject }) })
    .first();
  await expect(async () => {
    await page.goto('/outbox');
    expect(await message.isVisible()).toBe(true);
  }).toPass();
  return message;
}

/** The link in the newest e-mail to this address, without showing the outbox; the page may be on its way elsewhere. */
export async function linkInEmailTo(page: Page, email: string, subject = '') {
  let link: string | undefined;
  const find = async () => {
    link = findLink(await (await page.request.get('/outbox')).text(), email, subject);
    return link;
  };
  await expect.poll(find, { message: `an e-mail to ${email}` }).toBeTruthy();
  return link ?? '';
}

function findLink(html: string, email: string, subject: string) {
  const [main = ''] = html.replaceAll('<!-- -->', '').split('</main>');
  const messages = main.split('<li ').slice(1);
  const message = messages.find((text) => [`To ${email},`, `>${subject}`].every((part) => text.includes(part)));
  return /<a href="(http[^"]+)"/.exec(message ?? '')?.[1]?.replaceAll('&amp;', '&');
}

/** Presses a button, and waits until what it sends was answered: until then a page that leaves takes it back. */
export async function pressAndWait(button: Locator) {
  const optionsRequest = button.page().waitForRequest((request) => request.method() === 'POST');
  await button.click();
  await (await optionsRequest).response();
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

export async function storeAdministrator(page: Page, passkey: Authenticator) {
  await page.context().storageState({ path: administrator });
  writeFileSync(passkeyFile, JSON.stringify((await passkey.credentials())[0]));
}

/** The administrator's passkey as it was in the beginning, so that only one test may sign in with it: it counts. */
export function administratorPasskey(): Credential {
  const credential: Credential = JSON.parse(readFileSync(passkeyFile, 'utf8'));
  return { ...credential, signCount: credential.signCount + 100 * test.info().retry };
}

/**
 * Asks axe, and names each violation with the elements that it is about. In the mode for pages without frames, which
 * opens no page of its own and so leaves the focus where it is. It is brought to each document once. `rules` are all
 * unless some are named.
 */
export async function expectNoViolations(page: Page, rules?: string[], except?: string) {
  const isThere = await page.evaluate(() => 'axe' in window);
  const axe = new AxeBuilder({ page, axeSource: isThere ? ' ' : undefined }).setLegacyMode();
  const runOnly = rules && ({ type: 'rule', values: rules } as const);
  if (except) axe.exclude(except);
  const { violations } = await axe.options({ resultTypes: ['violations'], runOnly }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
}
