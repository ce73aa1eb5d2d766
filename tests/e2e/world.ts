import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from '@playwright/test';
import type { Authenticator } from './authenticator';
import { AuthenticatorApp, keyOnPage, PASSWORD, recoveryCodesOnPage } from './factors';
import { administrator, expect, linkInEmailTo, type Person, signIn } from './fixtures';
import type { World } from './forms';

const mark = () => randomUUID().slice(0, 8);
const nothing = async () => {};

/** What the table of forms asks for, for somebody whose forms are sent in `page`, which may have no script. */
export function worldOf(
  page: Page,
  person: Person,
  { mailPage = page, ...more }: Partial<World> & { mailPage?: Page } = {},
) {
  let codes: string[] = [];
  const world: World = {
    ...person,
    mark: mark(),
    password: PASSWORD,
    guest: { ...person, page: '' },
    clientPage: async () => '',
    emailLink: (email, subject = '') => linkInEmailTo(mailPage, email, subject),
    totp: async () => new AuthenticatorApp(await keyOnPage(page), world).code(),
    keepRecoveryCodes: async () => {
      codes = await recoveryCodesOnPage(page);
    },
    recoveryCode: () => codes[0] ?? '',
    home: '',
    authorize: () => '',
    signOutAddress: () => '',
    device: async () => '',
    deviceIsSignedIn: nothing,
    signInElsewhere: () => signInElsewhere(page, world),
    signIn: nothing,
    guestTurnsOnTwoStep: nothing,
    ...more,
  };
  return world;
}

/** One more session of somebody, in a browser that is then closed. */
async function signInElsewhere(page: Page, { email, password }: World) {
  const { origin } = new URL(page.url());
  const context = await page.context().browser()?.newContext();
  const data = { email, password };
  const answer = await context?.request.post(`${origin}/api/sign-in/password`, { data, headers: { origin } });
  expect(answer?.status()).toBe(200);
  await context?.close();
}

/** Makes a browser one in which the same person is signed in as in another. */
export const handOver = async (from: Page, to: Page) => to.context().addCookies(await from.context().cookies());

/** Signs somebody in anew by their passkey, in the page with a script, and with it in the other. */
export async function signInAgain(device: { page: Page; passkey: Authenticator }, page: Page) {
  await device.page.context().clearCookies();
  await signIn(device.page, device.passkey);
  await device.passkey.touched(false);
  await handOver(device.page, page);
}

/**
 * The address of an app that says what it was sent. It is really there: Playwright sees no address that an answer
 * redirects to, and only a browser with a window asks again by itself where nobody answers.
 */
export async function startApp() {
  const app = createServer((asked, answer) => {
    const query = asked.url?.split('?')[1] ?? '';
    answer.writeHead(200, { 'content-type': 'text/plain' }).end(`Back at the app: ${query}`);
  });
  // Ends with the process.
  app.listen(0, '127.0.0.1').unref();
  await once(app, 'listening');
  return `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
}

/** An app that somebody registered, and what a browser or a device of its people does. */
export async function registerApp(browser: Browser) {
  const context = await browser.newContext({ storageState: administrator });
  const page = await context.newPage();
  const id = `forms-${mark()}`;
  const home = await startApp();
  await page.goto('/admin/clients/new');
  await page.getByLabel('Name', { exact: true }).fill(id);
  await page.getByLabel('Client ID (optional)').fill(id);
  await page.getByLabel('After signing in').fill(`${home}/callback`);
  await page.getByLabel('After signing out (optional)').fill(`${home}/bye`);
  await page.getByLabel('When somebody enters a code').check();
  await page.getByRole('button', { name: 'Register the app' }).click();
  const secret = await page
    .locator('code')
    .filter({ hasText: /^[\w-]{43}$/ })
    .innerText();
  const { origin } = new URL(page.url());
  await context.close();
  return appAt(origin, { id, secret, home });
}

function appAt(origin: string, { id, secret, home }: { id: string; secret: string; home: string }) {
  const call = async (path: string, form: Record<string, string>) => {
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const answer = await fetch(origin + path, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams(form),
    });
    return { status: answer.status, json: await answer.json() };
  };
  const code = {
    response_type: 'code',
    scope: 'openid',
    code_challenge_method: 'S256',
    code_challenge: 'x'.repeat(43),
  };
  let device = '';
  return {
    home,
    authorize: (more = {}) =>
      `/oidc/authorize?${new URLSearchParams({ client_id: id, redirect_uri: `${home}/callback`, ...code, ...more })}`,
    signOutAddress: (more = {}) => `/oidc/logout?${new URLSearchParams({ client_id: id, ...more })}`,
    device: async () => {
      const { json } = await call('/oidc/device-authorization', { scope: 'openid' });
      device = json.device_code;
      return json.verification_uri_complete as string;
    },
    deviceIsSignedIn: async () => {
      const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: device };
      expect(await call('/oidc/token', grant)).toMatchObject({ status: 200, json: { id_token: expect.any(String) } });
    },
  };
}
