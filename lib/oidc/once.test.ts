import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { expect, test, vi } from 'vitest';
import { config } from '@/lib/config';
import { post, registerClient } from '@/tests/helpers/relying-party';
import { provider } from './provider';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = { ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' };
const grantTypes = ['client_credentials'];
const now = () => Math.floor(Date.now() / 1000);
const statuses = async (requests: Promise<{ status: number }>[]) =>
  (await Promise.all(requests)).map(({ status }) => status).sort();

test('of six requests at once with one assertion of a client one is answered (RFC 7523 §3)', async () => {
  const jwks = { keys: [jwk as Record<string, unknown>] };
  const columns = { authMethod: 'private_key_jwt', secretHash: null, jwks, grantTypes, redirectUris: [] } as const;
  const client = await registerClient(columns as never);
  const claims = { iss: client.id, sub: client.id, aud: config.publicUrl, jti: 'once', iat: now(), exp: now() + 60 };
  const form = {
    grant_type: 'client_credentials',
    client_assertion: await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  };
  const all = Array.from({ length: 6 }, () => post('/oidc/token', form));
  expect(await statuses(all)).toEqual([200, 401, 401, 401, 401, 401]);
});

test('of six requests at once with one proof of a key one is answered (RFC 9449 §11.1)', async () => {
  const client = await registerClient({ grantTypes, redirectUris: [] });
  const key = await exportJWK(publicKey);
  const htu = `${config.publicUrl}/oidc/token`;
  const DPoP = await new SignJWT({ htm: 'POST', htu, jti: 'once', iat: now() })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: key })
    .sign(privateKey);
  const all = Array.from({ length: 6 }, () => client.token({ grant_type: 'client_credentials' }, { DPoP }));
  expect(await statuses(all)).toEqual([200, 400, 400, 400, 400, 400]);
});

test('what the engine asks of a jti is answered once, for one client, until it has expired', async () => {
  const { ReplayDetection } = await provider();
  const spend = (issuer: string, jti: string) => ReplayDetection.unique(issuer, jti, now() + 60);
  const sixTimes = () => Promise.all(Array.from({ length: 6 }, () => spend('app', 'one')));
  const firstOnly = [false, false, false, false, false, true];
  expect((await sixTimes()).sort()).toEqual(firstOnly);
  expect(await spend('ap', 'pone'), 'not the same text in other parts').toBe(true);
  vi.setSystemTime(Date.now() + 61_000);
  expect((await sixTimes()).sort()).toEqual(firstOnly);
});
