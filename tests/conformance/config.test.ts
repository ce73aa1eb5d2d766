import { describe, expect, test } from 'vitest';
import { config } from '@/lib/config';
import { callProvider } from '@/tests/helpers/relying-party';

describe('oidcc-config-certification-test-plan', () => {
  test('oidcc-discovery-endpoint-verification', async () => {
    const response = await callProvider(`${config.publicUrl}/.well-known/openid-configuration`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('application/json'),
    ]);
    const metadata = await response.json();
    expect(metadata.issuer, 'exactly that of ID tokens').toBe(config.publicUrl);
    const endpoints = Object.entries(metadata).filter(([name]) => /_endpoint$|jwks_uri/.test(name));
    for (const [name, url] of endpoints) expect(URL.canParse(String(url)), name).toBe(true);
    for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'])
      expect(metadata).toHaveProperty(name);
    expect(metadata.scopes_supported).toContain('openid');
    expect(metadata.response_types_supported).toContain('code');
    expect(metadata.subject_types_supported).toContain('public');
    expect(metadata.id_token_signing_alg_values_supported).toContain('RS256');
    expect(metadata.claims_supported).toContain('sub');
    expect([metadata.claims_parameter_supported, metadata.request_uri_parameter_supported]).toEqual([true, false]);
    const { keys } = await (await callProvider(metadata.jwks_uri)).json();
    for (const key of keys) expect(key).toMatchObject({ kty: expect.any(String), kid: expect.any(String), use: 'sig' });
  });
});
