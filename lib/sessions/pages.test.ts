import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { users } from '@/db/schema';
import { findSession, requireAdmin, requireSession } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { seedPerson } from '@/tests/helpers/people';
import { inRequest } from '@/tests/setup/request-scope';

const pageAt = (browser: Browser, path?: string) => ({
  cookies: browser.cookies,
  headers: { 'x-latchkey-path': path },
});
const outcomeOf = async (visit: Parameters<typeof inRequest>[0], page: () => Promise<unknown>) =>
  (
    await inRequest(visit, () =>
      page().then(
        () => 'shown',
        (error: { digest?: string }) => error.digest,
      ),
    )
  ).outcome;

test('I11: a page sends who is not signed in to sign in and back, and hides what is for administrators', async () => {
  const { browser, userId } = await seedPerson();
  const visitor = new Browser();
  expect(await outcomeOf(pageAt(visitor, '/account/passkeys?x=1'), requireSession)).toContain(
    ';/sign-in?return_to=%2Faccount%2Fpasskeys%3Fx%3D1;',
  );
  expect(await outcomeOf(pageAt(visitor), requireSession)).toContain(';/sign-in?return_to=%2Faccount;');
  expect((await inRequest(pageAt(visitor), findSession)).outcome).toBeUndefined();
  expect(await outcomeOf(pageAt(browser), requireSession)).toBe('shown');
  expect(await outcomeOf(pageAt(browser), requireAdmin)).toBe('NEXT_HTTP_ERROR_FALLBACK;404');
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, userId));
  expect(await outcomeOf(pageAt(browser), requireAdmin)).toBe('shown');
});
