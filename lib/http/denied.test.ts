import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { disable } from '@/app/(admin)/admin/users/actions';
import { requestAccount } from '@/app/(sign-in)/sign-up/actions';
import { db } from '@/db';
import { auditEvents, sessions, users } from '@/db/schema';
import { config } from '@/lib/config';
import { requireAdmin } from '@/lib/sessions';
import { eventsOf } from '@/tests/helpers/database';
import { seedPerson } from '@/tests/helpers/people';
import { inRequest, submit } from '@/tests/setup/request-scope';
import { call, calls } from '@/tests/setup/routes';
import { withSettings } from '@/tests/setup/settings';

const changing = calls.filter(({ method }) => method !== 'GET');
const headers = { origin: 'https://evil.example' };
const someone = { id: '00000000-0000-4000-8000-000000000000' };
const denials = () => db.select().from(auditEvents).where(eq(auditEvents.type, 'authz.denied'));

test('K1: what another site sends is written down, wherever it is sent to', async () => {
  for (const one of changing) await call(one, { headers });
  await submit(requestAccount, { email: 'ada@example.com', name: 'Ada' }, { headers });
  const events = await eventsOf();
  expect(events).toHaveLength(changing.length + 1);
  expect(new Set(events.map(({ type, outcome }) => `${type} ${outcome}`))).toEqual(new Set(['csrf.blocked failure']));
});

test('K1: one source fills no more of the audit than its share, and is refused as before', async () => {
  await withSettings({ RATE_LIMIT_SCALE: '0.1' }, async () => {
    for (let n = 0; n < 20; n++) expect((await call(changing[0]!, { headers })).status).toBe(403);
  });
  const types = (await eventsOf()).map(({ type }) => type);
  expect(types).toEqual([...Array(6).fill('csrf.blocked'), 'rate-limit.exceeded']);
});

test('K1: who is no administrator is refused by page and action, and both are written down', async () => {
  const { browser, userId } = await seedPerson();
  await submit(disable, someone, { cookies: browser.cookies });
  await inRequest({ cookies: browser.cookies }, () => requireAdmin().catch(() => undefined));
  const denied = { outcome: 'failure', reason: 'not_administrator', actorId: userId, sessionId: expect.any(String) };
  expect(await denials()).toMatchObject([denied, denied]);
});

test('K1: so is who has not authenticated recently; who is not signed in at all has nothing to be denied', async () => {
  const { browser, userId } = await seedPerson();
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, userId));
  await submit(disable, someone);
  expect(await denials()).toEqual([]);
  await db.update(sessions).set({ authTime: new Date(Date.now() - 11 * 60_000) });
  await submit(disable, someone, { cookies: browser.cookies });
  expect(await denials()).toMatchObject([{ reason: 'step_up_required', actorId: userId }]);
});

test('a form that no script sends is led to the authentication that is missing, and back to its page', async () => {
  const { browser } = await seedPerson();
  const exported = calls.find(({ path }) => path === '/api/account/export')!;
  const sent = { 'sec-fetch-mode': 'navigate', referer: `${config.publicUrl}/account/profile?a=b` };
  const back = encodeURIComponent('/account/profile?a=b');
  const signedOut = await call(exported, { headers: sent });
  expect([signedOut.status, signedOut.headers.get('location')]).toEqual([
    303,
    `${config.publicUrl}/sign-in?return_to=${back}`,
  ]);
  await db.update(sessions).set({ authTime: new Date(Date.now() - 11 * 60_000) });
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const stale = await call(exported, { headers: { ...sent, cookie } });
  expect([stale.status, stale.headers.get('location')]).toEqual([303, `${config.publicUrl}/step-up?return_to=${back}`]);
  expect((await call(exported, { headers: { ...sent, 'sec-fetch-mode': 'cors' } })).status).toBe(401);
});
