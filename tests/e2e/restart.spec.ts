import type { Page, Route } from '@playwright/test';
import { brokenConnections } from './broken-connections';
import { expect, hydrated, newPerson, pressAndWait, signUp, test } from './fixtures';

// What a form meets while the server restarts, or is renewed: nothing of what was typed is lost.

const unavailableText = /^The service is away for a moment\./;
const unreachable = /^We couldn't reach the server\./;
const html = (status: number) => (route: Route) =>
  route.fulfill({ status, contentType: 'text/html', body: `<h1>${status}</h1>` });
const text = (status: number) => (route: Route) =>
  route.fulfill({ status, contentType: 'text/plain', body: 'In plain words.' });

const meets: [what: string, how: (route: Route) => Promise<void>, said: RegExp][] = [
  ['a port on which nothing listens', (route) => route.abort('connectionrefused'), unreachable],
  ['a connection that is reset', (route) => route.abort('connectionreset'), unreachable],
  ['a proxy without its server: 502', html(502), unavailableText],
  ['a proxy that says 503', html(503), unavailableText],
  ['a proxy that waited too long: 504', html(504), unavailableText],
  ['a front door that says 421', text(421), unavailableText],
  ['an action that cannot be had: 409', text(409), unavailableText],
  ['a page of somebody else’s', html(200), unavailableText],
  [
    'an answer that is none',
    (route) => route.fulfill({ contentType: 'text/x-component', body: '0:{"a":' }),
    unavailableText,
  ],
  [
    'a server that was renewed',
    (route) => route.continue({ headers: { ...route.request().headers(), 'next-action': `40${'a'.repeat(40)}` } }),
    /^This page is from before an update\./,
  ],
];

async function typeName(page: Page) {
  await page.goto('/account/profile');
  await hydrated(page);
  const field = page.getByLabel('Your name');
  await field.fill('Robin the Third');
  return { field, press: () => pressAndWait(page.getByRole('button', { name: 'Save name' })) };
}

test('a form that meets a server that is starting again stays, filled, and says so', async ({ page, passkey }) => {
  await signUp(page, newPerson());
  await passkey.touched(false);
  const { field, press } = await typeName(page);
  for (const [what, how, said] of meets) {
    await test.step(what, async () => {
      await page.route('**/account/profile', how);
      await press();
      await expect(page.getByRole('alert').filter({ hasText: said })).toBeVisible();
      await expect(field).toHaveValue('Robin the Third');
      await page.unrouteAll();
    });
  }
  await press();
  await expect(page.getByText('Your name is changed.')).toBeVisible();
});

test('an answer that is cut off in the middle costs nothing of what was typed', async ({ browser, page, passkey }) => {
  await signUp(page, newPerson());
  await passkey.touched(false);
  const proxy = await brokenConnections();
  const context = await browser.newContext({ proxy: { server: proxy.url } });
  await context.addCookies(await page.context().cookies());
  const otherPage = await context.newPage();
  const { field, press } = await typeName(otherPage);
  for (const where of ['before', 'within'] as const) {
    proxy.cut(where);
    await press();
    await expect(otherPage.getByRole('alert').filter({ hasText: unreachable })).toBeVisible();
    await expect(field).toHaveValue('Robin the Third');
  }
  proxy.cut(undefined);
  await press();
  await expect(otherPage.getByText('Your name is changed.')).toBeVisible();
  await context.close();
  await proxy.close();
});
