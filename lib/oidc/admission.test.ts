import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, clients, rateLimits } from '@/db/schema';
import { config } from '@/lib/config';
import { randomToken } from '@/lib/crypto';
import { takeAttempt } from '@/lib/rate-limits';
import { PEER_HEADER, requestContextFrom } from '@/lib/request-context';
import { callProvider, post, registerClient } from '@/tests/helpers/relying-party';
import { withSettings } from '@/tests/setup/settings';

const context = requestContextFrom(new Headers({ [PEER_HEADER]: '203.0.113.9' }));
const counted = async () => (await db.select().from(rateLimits)).find(({ key }) => key.startsWith('oidc:'))?.points;

test('J2: one source asks so often, whatever client it names, and is told how long to wait; documents cost nothing', async () => {
  const client = await registerClient({ grantTypes: ['client_credentials'], redirectUris: [] });
  const forItself = () => client.token({ grant_type: 'client_credentials' });
  await withSettings({ RATE_LIMIT_SCALE: '0.1' }, async () => {
    for (let n = 0; n < 119; n += 1) await takeAttempt('oidc', context);
    expect((await forItself()).status).toBe(200);
    const refused = await forItself();
    expect([refused.status, refused.json.error]).toEqual([429, 'temporarily_unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await post('/oidc/token', { client_id: 'nobody' })).status).toBe(429);
    for (const path of ['/oidc/jwks', '/.well-known/openid-configuration'])
      expect((await callProvider(config.publicUrl + path)).status).toBe(200);
  });
  expect(await counted()).toBe(122);
  const exceeded = (await db.select().from(auditEvents)).filter(({ type }) => type === 'rate-limit.exceeded');
  expect(exceeded).toMatchObject([{ reason: 'oidc', address: '203.0.113.9' }]);
});

test('a form that is too long counts as well', async () => {
  expect((await post('/oidc/token', { code: 'x'.repeat(60 * 1024) })).status).toBe(413);
  expect(await counted()).toBe(1);
});

test.each([
  ['two names', { client_id: 'other' }, { basic: true }, 'invalid_request'],
  ['one that is no id', { client_id: 'a\u0000b' }, {}, 'invalid_client'],
  ['one that is nobody’s', { client_id: 'nobody' }, {}, 'invalid_client'],
  ['a header that is none', {}, { authorization: 'Basic %' }, 'invalid_request'],
])('a client with %s has proved nothing', async (_, form, { basic, authorization }: Record<string, unknown>, error) => {
  const client = await registerClient({ grantTypes: ['client_credentials'], redirectUris: [] });
  await registerClient({ grantTypes: ['client_credentials'], redirectUris: [], id: `other-${randomToken(4)}` });
  const own = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
  const headers: Record<string, string> = basic || authorization ? { authorization: String(authorization ?? own) } : {};
  const { json } = await post('/oidc/token', { grant_type: 'client_credentials', ...form }, headers);
  expect(json.error).toBe(error);
  expect(await db.$count(clients)).toBe(2);
});
