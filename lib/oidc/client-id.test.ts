import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import ClientPage from '@/app/(admin)/admin/clients/[id]/page';
import SignOutPage from '@/app/(sign-in)/sign-out/page';
import { db } from '@/db';
import { users } from '@/db/schema';
import { findClient } from '@/lib/clients';
import { Browser } from '@/tests/helpers/browser';
import { seedPerson } from '@/tests/helpers/people';
import { post, registerClient, visit } from '@/tests/helpers/relying-party';
import { inRequest } from '@/tests/setup/request-scope';

const strange = [
  '\0',
  'client-1\0',
  '\ud800',
  'a b',
  'ä',
  'x'.repeat(65),
  '6f1c1c1e-9d38-4f0a-8f63-1d2c3b4a5e6f',
  "' or 1=1 --",
];

test('I14: an id that no client can have finds none, and one that registration allows does', async () => {
  for (const id of strange) expect(await findClient(id), JSON.stringify(id)).toBeUndefined();
  expect(await findClient('')).toBeUndefined();
  const { id } = await registerClient();
  expect(await findClient(id)).toMatchObject({ id });
});

test.each(strange)('I14: an authorization request of the client %j is refused, and not by the database', async (id) => {
  const client = await registerClient();
  const { url } = await client.begin({ client_id: id });
  const { status, left } = await visit(new Browser(), url);
  expect([status, left]).toEqual([400, undefined]);
});

test.each(
  ['/oidc/token', '/oidc/introspect', '/oidc/revoke', '/oidc/par', '/oidc/device-authorization'].flatMap((path) =>
    strange.map((id) => [path, id] as const),
  ),
)('I14: a form sent to %s for the client %j is of no client', async (path, id) => {
  const parameters = { grant_type: 'authorization_code', code: 'x', token: 'x', client_secret: 'x' };
  const { status, json } = await post(path, { ...parameters, client_id: id });
  expect([status, json.error]).toEqual([401, 'invalid_client']);
});

test('I14: no more in the header that names a client', async () => {
  for (const id of strange.filter((one) => one !== '\ud800')) {
    const authorization = `Basic ${Buffer.from(`${encodeURIComponent(id)}:x`).toString('base64')}`;
    const { status, json } = await post('/oidc/token', { grant_type: 'authorization_code' }, { authorization });
    // What is no header of this kind at all is refused before anybody is looked up.
    expect(['401 invalid_client', '400 invalid_request']).toContain(`${status} ${json.error}`);
  }
});

test('I14: the page that asks whether to sign out names no app for an id of NUL', async () => {
  const { browser } = await seedPerson();
  const searchParams = Promise.resolve({ client_id: '\0' });
  const { outcome } = await inRequest({ cookies: browser.cookies }, () => SignOutPage({ searchParams }));
  expect(JSON.stringify(outcome.props)).toContain('"byApp":true');
  expect(JSON.stringify(outcome.props)).not.toContain('"client":{');
});

test('I14: there is no page of an app whose id is NUL', async () => {
  const { browser, userId } = await seedPerson();
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, userId));
  const { outcome } = await inRequest({ cookies: browser.cookies }, () =>
    ClientPage({ params: Promise.resolve({ id: '%00' }) }).catch(({ digest }) => digest),
  );
  expect(outcome).toBe('NEXT_HTTP_ERROR_FALLBACK;404');
});
