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
    const said = await response.json();
    expect(said.issuer, 'exactly that of ID tokens').toBe(config.publicUrl);
    const endpoints = Object.entries(said).filter(([name]) => /_endpoint$|jwks_uri/.test(name));
    for (const [name, url] of endpoints) expect(URL.canParse(String(url)), name).toBe(true);
    for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'])
      expect(said).toHaveProperty(name);
    expect(said.scopes_supported).toContain('openid');
    expect(said.response_types_supported).toContain('code');
    expect(said.subject_types_supported).toContain('public');
    expect(said.id_token_signing_alg_values_supported).toContain('RS256');
    expect(said.claims_supported).toContain('sub');
    expect([said.claims_parameter_supported, said.request_uri_parameter_supported]).toEqual([true, false]);
    const { keys } = await (await callProvider(said.jwks_uri)).json();
    for (const key of keys) expect(key).toMatchObject({ kty: expect.any(String), kid: expect.any(String), use: 'sig' });
  });
});
