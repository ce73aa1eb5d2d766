import { administrator, expect, expectNoViolations, test } from './fixtures';

test.use({ storageState: administrator });

test('the reference of the API is read and tried in the browser, and asks no other host (I2)', async ({ page }) => {
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  await page.goto('/admin/api');
  await page.getByRole('button', { name: 'GET /groups Lists' }).click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await expect(page.locator('.responses-table.live-responses-table .response-col_status').last()).toHaveText(/200/);
  await expectNoViolations(page, undefined, '.swagger-ui');
  expect([complaints, [...hosts]]).toEqual([[], [new URL(page.url()).host]]);
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(excess).toBeLessThanOrEqual(0);
});

test('the reference of the API stands on the surface of the page in dark mode too', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/admin/api');
  await expect(page.locator('.swagger-ui .scheme-container')).toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');
});
