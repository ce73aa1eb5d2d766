import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { hashToken } from '@/lib/crypto';
import { eventsOf } from '@/tests/helpers/database';
import { runOperation } from '@/tests/helpers/operations';
import { somebody } from '@/tests/helpers/people';
import { clientSettings, findClient, registerClient, updateClient } from '.';

const settings = (address: string) =>
  clientSettings.parse({
    name: 'A script’s app',
    authMethod: 'client_secret_basic',
    redirectUris: [`${address}/callback`],
    scopes: ['profile'],
    signingAlg: 'ES256',
  });

test('a script registers its client once, and again with what it knows: the secret and the addresses', async () => {
  await registerClient('script', 'first', settings('http://localhost:4000'), somebody);
  expect(await findClient('script')).toMatchObject({ secretHash: hashToken('first'), scopes: ['openid', 'profile'] });

  const changed = { ...settings('http://localhost:4000'), name: 'Renamed', scopes: ['profile', 'email'] };
  await runOperation(updateClient, { ...changed, id: 'script' });
  const before = await typesOf();
  await registerClient('script', 'second', settings('http://localhost:4001'), somebody);
  expect(await findClient('script')).toMatchObject({
    name: 'Renamed',
    scopes: ['openid', 'profile', 'email'],
    secretHash: hashToken('second'),
    redirectUris: ['http://localhost:4001/callback'],
  });

  expect(before).toEqual(['admin.client-changed', 'admin.client-created']);
  expect(await typesOf(), 'written down every time').toEqual(['admin.client-changed', ...before]);
});

const typesOf = async () => (await eventsOf()).map(({ type }) => type);

test('K6: what a script registers or changes stands with what is written down of it, or not at all', async () => {
  const registerUnwritten = async (secret: string) => {
    await db.execute(sql`alter table audit_events rename to gone`);
    try {
      await expect(registerClient('script', secret, settings('http://localhost:4000'), somebody)).rejects.toThrow();
    } finally {
      await db.execute(sql`alter table gone rename to audit_events`);
    }
  };
  await registerUnwritten('first');
  expect(await findClient('script')).toBeUndefined();
  await registerClient('script', 'first', settings('http://localhost:4000'), somebody);
  await registerUnwritten('second');
  expect(await findClient('script')).toMatchObject({ secretHash: hashToken('first') });
});
