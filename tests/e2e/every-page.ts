import type { Page, Response } from '@playwright/test';
import { expect, expectNoViolations, hydrated } from './fixtures';

const widths = [1280, 320];
/** The schemes differ in nothing but values of colour variables: what is asked about the document holds in both. */
const colours = ['color-contrast', 'link-in-text-block'];

/** Goes there and holds the page to what every page must be; yields the nonce of its policy. */
export async function expectGoodPage(page: Page, path: string, status = 200) {
  const complaints = listenForComplaints(page, path);
  const response = await page.goto(path);
  expect(response?.status(), path).toBe(status);
  const nonce = expectHeaders(response as Response);
  await hydrated(page);
  await expectReadable(page);
  expect(complaints, `the console on ${path}`).toEqual([]);
  return nonce;
}

/**
 * Axe at both widths in both colour schemes, and no page that is wider than its window. The window is left as it was
 * found: in a narrow one, what is said next in the header is hidden.
 */
export async function expectReadable(page: Page) {
  const before = page.viewportSize();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    // Without motion, in which a colour would be looked at on its way to the other.
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await expectNoViolations(page);
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await expectNoViolations(page, colours);
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    expect(scrollWidth, `${page.url()} in a window ${width} wide`).toBeLessThanOrEqual(clientWidth);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
}

/**
 * Errors of scripts and of the console, which is where Chromium writes what a policy has blocked, and the status of
 * the page itself, which was asked for and may be said before `page.url()` knows that it is there.
 */
function listenForComplaints(page: Page, path: string) {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const isPageItself = message.location().url.endsWith(path) && message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isPageItself) complaints.push(message.text());
  });
  return complaints;
}

const headersOfEveryPage = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': expect.stringContaining('max-age='),
  'referrer-policy': expect.stringMatching(/^(same-origin|no-referrer)$/),
  'permissions-policy': expect.stringContaining('publickey-credentials-get=(self)'),
  'cache-control': expect.stringContaining('no-store'),
  'x-request-id': expect.any(String),
};

function expectHeaders(response: Response) {
  const headers = response.headers();
  expect(headers, response.url()).toMatchObject(headersOfEveryPage);
  expect(headers).not.toHaveProperty('x-powered-by');

  const policy = headers['content-security-policy'] ?? '';
  for (const rule of [`default-src 'self'`, `object-src 'none'`, `base-uri 'none'`, `frame-ancestors 'none'`])
    expect(policy).toContain(rule);
  expect(policy).not.toContain('unsafe-eval');
  const [scripts = ''] = policy.match(/script-src [^;]+/) ?? [];
  expect(scripts).toMatch(/^script-src 'nonce-[\w+/=]{22,}' 'strict-dynamic'$/);
  return scripts;
}
