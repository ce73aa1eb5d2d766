import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from './fixtures';

const KB = 1024;

/**
 * What Next.js loads on every page, whatever is on it: React, the router and the loader. A page with nothing on it, built
 * by itself with the same versions, ships 131,057 bytes of them.
 */
const bareFiles: string[] = JSON.parse(readFileSync('.next/build-manifest.json', 'utf8')).rootMainFiles;
const BARE_PAGE = 131_057;

test('the sign-in page ships at most 30 KB of script beyond a bare page', async ({ page }) => {
  const shipped = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') shipped.set(new URL(response.url()).pathname, response.body());
  });
  await page.goto('/sign-in', { waitUntil: 'networkidle' });

  const sizes = new Map<string, number>();
  for (const [path, body] of shipped) sizes.set(path, gzipSync(await body, { level: 9 }).length);
  const sum = (isCounted: (path: string) => boolean) =>
    [...sizes].reduce((total, [path, size]) => total + (isCounted(path) ? size : 0), 0);
  const isBare = (path: string) => bareFiles.some((file) => path === `/_next/${file}`);

  const bare = sum(isBare);
  const ours = sum((path) => !isBare(path));
  console.log(`sign-in: ${bare} bytes of Next.js and ${ours} of ours, in ${sizes.size} files`);
  expect([...sizes.keys()].filter(isBare), 'every file of a bare page is loaded').toHaveLength(bareFiles.length);
  expect(bare, 'nothing of ours hides among the files of every page').toBeLessThan(BARE_PAGE + 2 * KB);
  expect(ours).toBeLessThanOrEqual(30 * KB);
});
