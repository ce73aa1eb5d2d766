import { expectGoodPage } from './every-page';
import { administrator, expect, holdBack, hydrated, newPerson, signInButton, signUp, test } from './fixtures';

const outside = [
  '/sign-in',
  '/sign-in?notice=session-ended&return_to=/account/passkeys',
  '/sign-in?notice=device-lost&no_passkey=1',
  '/sign-up',
  '/recover',
  '/help',
  '/outbox',
  '/signed-out',
  '/signed-out?notice=account-deleted',
  '/setup/too-old',
  '/sign-up/too-old',
  '/invite/too-old',
  '/recover/too-old',
  '/confirm-address/too-old',
];
const inside = [
  '/account',
  '/account/passkeys',
  '/account/security',
  '/account/sessions',
  '/account/apps',
  '/account/activity',
  '/account/profile',
  '/add-passkey',
  '/sign-up',
  '/sign-out',
  '/device',
  '/device?user_code=WRONG-CODE',
  '/device/done',
  '/interaction/too-old',
];
const administration = [
  '/admin/users',
  '/admin/groups',
  '/admin/clients',
  '/admin/clients/new',
  '/admin/audit',
  '/admin/audit/undelivered',
  '/admin/api-keys',
  '/admin/keys',
  '/admin/settings',
  '/setup/too-old',
];

test.beforeEach(({ passkey }) => passkey.touched(false));

test('every page before signing in is good for everybody (H22, I20, MA7)', async ({ page }) => {
  const nonces = new Set<string>();
  for (const path of outside) nonces.add(await expectGoodPage(page, path));
  nonces.add(await expectGoodPage(page, '/no-such-page', 404));
  expect(nonces.size, 'a nonce is used for one page').toBe(outside.length + 1);
});

/** It does so by itself, too, where it was done with a page before it had read of another mark: on a bad day, on any page. */
test('a browser that asks for the mark of the site by its usual name is given it', async ({ request }) => {
  const answer = await request.get('/favicon.ico');
  expect([answer.status(), answer.headers()['content-type']]).toEqual([200, 'image/x-icon']);
});

test('every page of an account is good for everybody (MA7)', async ({ page, passkey }) => {
  await passkey.touched(true);
  await signUp(page, newPerson());
  for (const path of inside) await expectGoodPage(page, path);
  for (const path of ['/admin/users', '/admin/clients', '/admin/keys']) await expectGoodPage(page, path, 404);
});

test.describe('of the administration', () => {
  test.use({ storageState: administrator });

  test('every page is good for everybody', async ({ page }) => {
    for (const path of administration) await expectGoodPage(page, path);
  });
});

test('nothing on the sign-in page moves when its script takes over', async ({ page }) => {
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    const letGo = await holdBack(page, '**/*.js');
    await page.goto('/sign-in', { waitUntil: 'domcontentloaded' });
    await page.evaluate(keepPlaces);
    letGo();
    await hydrated(page);
    await expect(signInButton(page)).toBeEnabled();
    expect(await page.evaluate(whatMoved), `in a window ${width} wide`).toEqual([]);
    await page.unrouteAll({ behavior: 'wait' });
  }
});

type Recorder = Window & { places?: Map<Element, string> };

/** Runs in the page. */
function keepPlaces() {
  const shown = [...document.body.querySelectorAll('*')].filter((element) => element.getClientRects().length > 0);
  (window as Recorder).places = new Map(shown.map((one) => [one, JSON.stringify(one.getBoundingClientRect())]));
}

/** The beginnings of the elements that are no longer where they were. Runs in the page. */
function whatMoved() {
  const places = [...((window as Recorder).places ?? [])];
  const moved = places.filter(([element, place]) => JSON.stringify(element.getBoundingClientRect()) !== place);
  return moved.map(([element]) => element.outerHTML.slice(0, 80));
}
