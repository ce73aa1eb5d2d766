import type { Page } from '@playwright/test';
import { expect, hydrated, newPerson, signUp, test } from './fixtures';

/** The same is tried anew where the script has exchanged a part of the page under way. */
const expectReachable = (page: Page, path: string) => expect(() => reachAll(page, path)).toPass({ timeout: 60_000 });

/** Presses Tab from the top to the end; every stop must come in the order of the page, be seen and not be covered. */
async function reachAll(page: Page, path: string) {
  await page.goto(path);
  await hydrated(page);
  const stops = await page.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>('a[href], button, input, select, summary');
    const visible = [...all].filter((stop) => stop.tabIndex >= 0 && stop.checkVisibility({ visibilityProperty: true }));
    visible.forEach((stop, index) => {
      stop.dataset.stop = String(index);
    });
    return visible.length;
  });
  expect(stops, `what can be reached on ${path}`).toBeGreaterThan(3);

  for (let index = 0; index < stops; index++) {
    await page.keyboard.press('Tab');
    expect(await focused(page), `${path}, stop ${index + 1} of ${stops}`).toEqual({
      stop: String(index),
      outlined: true,
      uncovered: true,
    });
  }
}

const focused = (page: Page) =>
  page.evaluate(() => {
    const active = document.activeElement as HTMLElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(active);
    const { left, top, width, height } = active.getClientRects()[0] as DOMRect;
    const on = document.elementFromPoint(left + width / 2, top + height / 2);
    return {
      stop: active.dataset.stop,
      outlined: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1,
      uncovered: active.contains(on),
    };
  });

test('the keyboard reaches everything, in order and in sight (MA6)', async ({ page, passkey }) => {
  await passkey.touched(false);
  for (const path of ['/sign-in', '/sign-up', '/recover', '/help']) await expectReachable(page, path);

  await passkey.touched(true);
  await signUp(page, newPerson());
  const pages = ['passkeys', 'security', 'sessions', 'activity', 'profile'].map((name) => `/account/${name}`);
  for (const path of ['/account', ...pages]) await expectReachable(page, path);

  await test.step('narrow, where the navigation is a menu', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of ['/account', '/account/passkeys']) await expectReachable(page, path);
    const menu = page.getByLabel('Menu');
    await menu.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Overview' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('link', { name: 'Overview' })).toBeHidden();
    await expect(menu).toBeFocused();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account');
    await expect(page.getByRole('link', { name: 'Overview' })).toBeHidden();
  });
});

test('a dialog keeps the focus while it is open, and gives it back (MA6)', async ({ page }) => {
  await signUp(page, newPerson());
  await page.goto('/account/passkeys');
  await hydrated(page);
  for (const name of ['Remove Passkey on Windows', /^I lost this device/]) {
    const opener = page.getByRole('button', { name });
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await expect(dialog).toBeVisible();

    for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab']) {
      await page.keyboard.press(key);
      const isOutside = await dialog.evaluate(
        (box) => document.activeElement !== document.body && !box.contains(document.activeElement),
      );
      expect(isOutside).toBe(false);
    }
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(opener).toBeFocused();
  }
});
