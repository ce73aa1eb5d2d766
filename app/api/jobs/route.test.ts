import { expect, test } from 'vitest';
import { db } from '@/db';
import { challenges, outbox } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { signOut } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { start } from '@/tests/helpers/ceremonies';
import { somebody } from '@/tests/helpers/people';
import { signedIn } from '@/tests/helpers/signed-in';
import { withSettings } from '@/tests/setup/settings';
import { GET } from './route';

const secret = 'a word for the scheduler';
const call = (authorization?: string, settings: Record<string, string> = { CRON_SECRET: secret }) =>
  withSettings(settings, () =>
    new Browser().send(GET, { method: 'GET', headers: authorization ? { authorization } : {} }),
  );

test('a scheduler has apps told of an ended session, and what has expired deleted', async () => {
  const { browser, listening } = await signedIn();
  await signOut(browser.cookies.get(cookieName('session')), somebody);
  await start(new Browser(), 'authenticate');
  await db.update(challenges).set({ expiresAt: new Date(0) });

  const settings = { CRON_SECRET: secret, PRIVATE_CLIENTS: listening.host };
  expect((await call(`Bearer ${secret}`, settings)).json).toEqual({ deliveries: 1 });
  expect(listening.received).toHaveLength(1);
  expect(await db.$count(challenges)).toBe(0);
  expect((await call(`Bearer ${secret}`, settings)).json).toEqual({ deliveries: 0 });
});

test('nobody else can, and nobody at all where no secret is set', async () => {
  const { browser } = await signedIn();
  await signOut(browser.cookies.get(cookieName('session')), somebody);
  for (const wrong of [undefined, '', 'Bearer', 'Bearer ', 'Bearer a word', `Basic ${secret}`, secret]) {
    expect((await call(wrong)).status).toBe(404);
  }
  for (const guess of ['Bearer', 'Bearer ', 'Bearer undefined', `Bearer ${secret}`]) {
    expect((await call(guess, {})).status).toBe(404);
  }
  expect(await db.$count(outbox)).toBe(1);
});
