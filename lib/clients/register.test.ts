import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents } from '@/db/schema';
import { hashToken } from '@/lib/crypto';
import { somebody } from '@/tests/helpers/people';
import { clientSettings, findClient, registerClient, updateClient } from '.';

const settings = (address: string) =>
  clientSettings.parse({
    name: 'A script’s app',
    authMethod: 'client_secret_basic',
    redirectUris: `${address}/callback`,
    authorizationCode: 'on',
    profile: 'on',
    signingAlg: 'ES256',
    subjectType: 'public',
    demandedAcr: '',
    requiresPkce: 'on',
  });

test('a script registers its client once, and again with what it knows: the secret and the addresses', async () => {
  await registerClient('script', 'first', settings('http://localhost:4000'), somebody);
  expect(await findClient('script')).toMatchObject({ secretHash: hashToken('first'), scopes: ['openid', 'profile'] });

  const changed = { ...settings('http://localhost:4000'), name: 'Renamed', email: true };
  await updateClient('script', changed, { userId: crypto.randomUUID() }, somebody);
  await registerClient('script', 'second', settings('http://localhost:4001'), somebody);
  expect(await findClient('script')).toMatchObject({
    name: 'Renamed',
    scopes: ['openid', 'profile', 'email'],
    secretHash: hashToken('second'),
    redirectUris: ['http://localhost:4001/callback'],
  });

  const events = await db.select({ type: auditEvents.type }).from(auditEvents);
  expect(events.map(({ type }) => type).sort()).toEqual(['admin.client-changed', 'admin.client-created']);
});
