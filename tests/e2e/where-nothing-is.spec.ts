import { randomUUID } from 'node:crypto';
import type { APIResponse, Page } from '@playwright/test';
import { administrator, expect, newPerson, signUp, test } from './fixtures';
import { startServer } from './own-server';
import { handOver } from './world';

const found = (page: Page) => page.getByRole('heading', { name: 'There is no such page' });

/** What is the same in each answer to one visitor, whatever was asked for. */
async function withoutMarks(answer: APIResponse) {
  const [, nonce = ''] = answer.headers()['content-security-policy']?.match(/'nonce-([^']+)'/) ?? [];
  expect(nonce).not.toBe('');
  return (await answer.text()).replaceAll(nonce, '');
}

async function expectNothing(page: Page, path: string) {
  expect((await page.goto(path))?.status(), path).toBe(404);
  await expect(found(page)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Go to the start' })).toBeVisible();
  await expect(page).toHaveTitle(/^Page not found/);
  await expect(page).toHaveURL(path);
}

test.describe('an administrator', () => {
  test.use({ storageState: administrator });

  test('reads that something is not there, with and without a script', async ({ page, withoutScript }) => {
    await handOver(page, withoutScript);
    for (const path of [`/admin/users/${randomUUID()}`, '/admin/users/1', '/admin/clients/none', '/admin/none'])
      for (const visitor of [page, withoutScript]) await expectNothing(visitor, path);
  });
});

test('whoever may not enter gets the answer of an address where nothing is', async ({ page, withoutScript }) => {
  await signUp(page, newPerson());
  await handOver(page, withoutScript);
  const closed = ['/admin', '/admin/users', '/admin/clients/new', `/admin/users/${randomUUID()}`];
  for (const path of closed) for (const visitor of [page, withoutScript]) await expectNothing(visitor, path);

  const nowhere = await page.request.get('/nowhere');
  for (const path of closed) {
    const answer = await page.request.get(path);
    expect(await withoutMarks(answer), path).toBe(await withoutMarks(nowhere));
    expect(Object.keys(answer.headers()).toSorted()).toEqual(Object.keys(nowhere.headers()).toSorted());
    const { status, headers } = { status: (await page.request.head(path)).status(), headers: answer.headers() };
    expect([status, headers['cache-control']]).toEqual([404, nowhere.headers()['cache-control']]);
  }
});

test('a page that only a local installation has is nothing elsewhere', async ({ withoutScript }) => {
  const { origin, end } = await startServer({ settings: { SMTP_URL: 'smtp://localhost:2525' } });
  try {
    expect((await withoutScript.goto(`${origin}/outbox`))?.status()).toBe(404);
    await expect(found(withoutScript)).toBeVisible();
  } finally {
    await end();
  }
});
