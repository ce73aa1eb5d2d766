import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { decide } from '@/app/(sign-in)/interaction/actions';
import { seedPerson } from '@/tests/helpers/people';
import { act, post, registerClient, visit } from '@/tests/helpers/relying-party';

const schemes = ['com.example.app:/callback', 'http://127.0.0.1/callback', 'https://app.example.com/callback'];

describe.each(schemes)('an app without a secret, which comes back to %s', (uri) => {
  const native = { authMethod: 'none', redirectUris: [uri] } as const;

  test('is not asked about where it is ours, also where nothing may be shown', async () => {
    const { browser, userId } = await seedPerson();
    const client = await registerClient({ ...native, redirectUris: [uri] });
    for (const prompt of [undefined, 'none']) {
      const tokens = await client.signIn(browser, { prompt });
      expect(tokens.claims()?.sub).toBe(userId);
    }
  });

  test('is asked about where it is not ours: anybody can come in its name, so an older consent does not do', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient({ ...native, redirectUris: [uri], firstParty: false });
    const { uid, page } = await visit(browser, (await client.begin()).url);
    expect(page).toBe('Consent');
    const { to } = await act(browser, decide, { uid: uid!, decision: 'allow' });
    expect((await visit(browser, to!)).left?.searchParams.get('code')).toBeTruthy();
    const again = await visit(browser, (await client.begin()).url);
    expect(again.page).toBe(uri.startsWith('https') ? undefined : 'Consent');
  });
});

test.each([
  ['app.immich:///oauth-callback', 'client_secret_post'],
  ['oc://ios.owncloud.com', 'none'],
  ['vscode://vscode.github-authentication/did-authenticate', 'none'],
  ['http://192.168.1.20:8123/auth', 'client_secret_basic'],
] as const)(
  'an app at %s, with %s, gets its tokens there and comes back after signing out',
  async (uri, authMethod) => {
    const { browser, userId } = await seedPerson();
    const client = await registerClient({
      authMethod,
      redirectUris: ['https://photos.example.com/callback', uri],
      postLogoutRedirectUris: [uri],
    });
    const flow = await client.begin({ redirect_uri: uri });
    const { left } = await visit(browser, flow.url);
    expect(left?.href.replace(/\/?\?.*/, '')).toBe(uri);
    const code = left!.searchParams.get('code')!;
    const form = { grant_type: 'authorization_code', code, redirect_uri: uri, code_verifier: flow.verifier };
    const credentials = {
      client_id: client.id,
      ...(authMethod === 'client_secret_post' && { client_secret: client.secret }),
    };
    const { status, json } =
      authMethod === 'client_secret_basic'
        ? await client.token(form)
        : await post('/oidc/token', { ...form, ...credentials });
    expect(status).toBe(200);
    expect(decodeJwt(json.id_token).sub).toBe(userId);
    const logout = new URLSearchParams({ id_token_hint: json.id_token, post_logout_redirect_uri: uri });
    expect((await visit(browser, `/oidc/logout?${logout}`)).left?.href.replace(/\/$/, '')).toBe(uri);
  },
);
