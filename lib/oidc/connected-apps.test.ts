import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { withdrawApp } from '@/app/(account)/account/apps/actions';
import { db } from '@/db';
import { grants, oidcArtifacts } from '@/db/schema';
import { config } from '@/lib/config';
import type { Session } from '@/lib/sessions';
import { type Person, seedPerson } from '@/tests/helpers/people';
import { callProvider, registerClient } from '@/tests/helpers/relying-party';
import { submit } from '@/tests/setup/request-scope';
import { listConnectedApps } from './index';

const scope = 'openid profile offline_access';
const connect = (clientId: string, { userId }: Person) =>
  db.insert(grants).values({ userId, clientId, scopes: scope.split(' '), claims: [] });
const userinfo = async (token: string) =>
  (await callProvider(`${config.publicUrl}/oidc/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status;

test('H9: what a user withdraws is gone at once, with every token under it, and of nobody else and no other app', async () => {
  const client = await registerClient({ firstParty: false });
  const other = await registerClient({ firstParty: false });
  const [ada, bob] = [await seedPerson(), await seedPerson()];
  for (const person of [ada, bob]) await connect(client.id, person);
  await connect(other.id, ada);
  const tokens = await client.signIn(ada.browser, { scope, prompt: undefined });
  const others = [await client.signIn(bob.browser, { scope }), await other.signIn(ada.browser, { scope })];
  expect(await listConnectedApps(ada as unknown as Session)).toMatchObject([
    { clientId: other.id },
    { clientId: client.id, host: new URL(client.redirectUri).host, lastUsedAt: expect.any(Date) },
  ]);
  expect(await userinfo(tokens.access_token)).toBe(200);

  const send = (id: string) => submit(withdrawApp, { id }, { cookies: ada.browser.cookies });
  expect((await send(client.id)).state).toMatchObject({ status: 'done' });
  expect(await userinfo(tokens.access_token)).toBe(401);
  if (tokens.refresh_token)
    expect(await client.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })).toMatchObject({
      status: 400,
      json: { error: 'invalid_grant' },
    });
  for (const left of others) expect(await userinfo(left.access_token)).toBe(200);
  expect(await db.$count(oidcArtifacts, eq(oidcArtifacts.clientId, client.id))).toBeGreaterThan(0);
  expect(await listConnectedApps(ada as unknown as Session)).toHaveLength(1);
  expect((await send(client.id)).state).toMatchObject({ status: 'failed' });
  expect((await submit(withdrawApp, { id: other.id })).state).toMatchObject({ status: 'failed' });
});
