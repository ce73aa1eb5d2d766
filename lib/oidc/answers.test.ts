import { expect, test } from 'vitest';
import { config } from '@/lib/config';
import { seedPerson } from '@/tests/helpers/people';
import { callProvider, post, registerClient, visit } from '@/tests/helpers/relying-party';

const GRANT = { grant_type: 'authorization_code', code: 'x' };

test.each(['/oidc/jwks', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])(
  '%s may be kept for five minutes',
  async (path) => {
    const { headers } = await callProvider(config.publicUrl + path);
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(headers.get('vary')).toContain('Origin');
    const refused = await callProvider(config.publicUrl + path, { method: 'POST' });
    expect(refused.headers.get('cache-control')).toBe('no-store');
  },
);

test('nothing that holds a token or tells of one is kept (RFC 6749 §5.1)', async () => {
  const { browser } = await seedPerson();
  const client = await registerClient({
    grantTypes: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  });
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  const { refresh_token = '', access_token: token } = await client.signIn(browser);
  const request = Object.fromEntries((await client.begin()).url.searchParams);
  const answers = [
    await client.token({ grant_type: 'refresh_token', refresh_token }),
    await client.token(GRANT),
    await post('/oidc/userinfo', {}, { authorization: `Bearer ${token}` }),
    await post('/oidc/userinfo', {}, { authorization: 'Bearer x' }),
    await post('/oidc/introspect', { token }, basic),
    await post('/oidc/revoke', { token }, basic),
    await post('/oidc/par', request, basic),
    await post('/oidc/device-authorization', { scope: 'openid' }, basic),
  ];
  expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(answers.map(() => 'no-store'));
});

test.each(['token', 'userinfo', 'revoke', 'introspect', 'par', 'device-authorization'])(
  'a page without an origin of its own is refused at /oidc/%s, also of an app with a scheme of its own',
  async (path) => {
    const { browser } = await seedPerson();
    const client = await registerClient({
      authMethod: 'none',
      redirectUris: ['https://native.example.com/callback', 'com.example.app:/callback', 'capacitor://localhost/cb'],
      grantTypes: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
    });
    const { access_token } = await client.signIn(browser);
    const form = { ...GRANT, client_id: client.id, token: 'x', scope: 'openid' };
    const headers = path === 'userinfo' ? { authorization: `Bearer ${access_token}` } : undefined;
    const ask = (origin: string) => post(`/oidc/${path}`, headers ? {} : form, { ...headers, origin });
    const refused = await ask('null');
    expect([refused.status, refused.json]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })]);
    expect(refused.json.error_description).toContain('origin null not allowed');
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    for (const appOrigin of ['https://native.example.com', 'capacitor://localhost'])
      expect((await ask(appOrigin)).json?.error_description ?? '').not.toContain('origin');
    for (const other of ['capacitor://elsewhere', 'com.example.app:'])
      expect((await ask(other)).json.error_description).toContain('not allowed');
  },
);

test('the page that posts an answer to an app says where it comes from, without the address', async () => {
  const { browser } = await seedPerson();
  const client = await registerClient();
  const flow = await client.begin({ response_mode: 'form_post' });
  const answered = async (url: URL) => {
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    return callProvider(url, { headers: { accept: 'text/html', cookie } });
  };
  const posted = await answered(flow.url);
  expect(await posted.text()).toContain('name="code"');
  expect(posted.headers.get('referrer-policy')).toBe('origin');
  flow.url.searchParams.set('prompt', 'none');
  flow.url.searchParams.set('id_token_hint', 'x');
  const failed = await answered(flow.url);
  expect(await failed.text()).toContain('name="error"');
  expect(failed.headers.get('referrer-policy')).toBe('origin');
  const { url } = await client.begin();
  expect((await answered(url)).headers.get('referrer-policy')).toBe('no-referrer');
  url.searchParams.set('redirect_uri', 'https://evil.example/');
  expect((await answered(url)).headers.get('referrer-policy')).toBe('no-referrer');
  expect((await visit(browser, url)).status).toBe(400);
});
