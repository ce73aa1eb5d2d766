import type { Page } from '@playwright/test';
import { expect, expectNoViolations, test } from './fixtures';

const stopped = '/oidc/authorize?client_id=nobody&response_type=code&redirect_uri=https://evil.example/';

/** How the heading, the button and the page are coloured. */
const appearanceOf = (page: Page) =>
  page.evaluate(() => {
    const of = (what: string) => getComputedStyle(document.querySelector(what) ?? document.body);
    const button = of('main a');
    const paint = document.createElement('canvas').getContext('2d');
    const painted = (color: string) => {
      if (paint) paint.fillStyle = color;
      paint?.fillRect(0, 0, 1, 1);
      return paint?.getImageData(0, 0, 1, 1).data.join();
    };
    return [...[of('h1').color, button.color, button.backgroundColor].map(painted), of('html').colorScheme];
  });

test('a sign-in that cannot go back to its app ends on a page like ours, which says what the operator needs', async ({
  page,
  withoutScript,
}) => {
  for (const visitor of [page, withoutScript])
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [390, 1280]) {
        await visitor.emulateMedia({ colorScheme });
        await visitor.setViewportSize({ width, height: 800 });
        await visitor.goto('/nowhere');
        const ours = await appearanceOf(visitor);
        expect((await visitor.goto(stopped))?.status()).toBe(400);
        await expect(visitor).toHaveURL(stopped);
        await expect(visitor.getByRole('heading', { name: 'This sign-in cannot go on' })).toBeVisible();
        await expect(visitor.getByText(/^For them: invalid_client.*Reference [\da-f-]{36}$/)).toBeVisible();
        await expect(visitor.getByRole('link', { name: 'Go to your account' })).toBeVisible();
        expect(await appearanceOf(visitor)).toEqual(ours);
        expect(await visitor.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
  await expectNoViolations(page);
});

test('and in the colours that the visitor has chosen', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.goto(stopped);
  expect((await appearanceOf(page)).at(-1)).toBe('dark');
});
