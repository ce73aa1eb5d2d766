import { describe, expect, test, vi } from 'vitest';
import { confirmSignOut } from '@/app/(sign-in)/sign-out/actions';
import SignOutPage from '@/app/(sign-in)/sign-out/page';
import { db } from '@/db';
import { oidcArtifacts, sessions } from '@/db/schema';
import { config } from '@/lib/config';
import { seedPerson } from '@/tests/helpers/people';
import { act, callProvider, post, registerClient, visit } from '@/tests/helpers/relying-party';
import { signedIn } from '@/tests/helpers/signed-in';
import { inRequest } from '@/tests/setup/request-scope';

const basicOf = ({ id, secret }: { id: string; secret: string }) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

describe('scopes with more spaces than there should be', () => {
  const scope = ' openid   profile\n email ';

  test('are the same scopes, at every endpoint that takes them', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient({ grantTypes: ['authorization_code', 'refresh_token', DEVICE] });
    const tokens = await client.signIn(browser, { scope });
    expect(tokens.scope).toBe('openid profile email');
    const renewed = await client.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token!, scope });
    expect([renewed.status, renewed.json.scope]).toEqual([200, 'openid profile email']);
    expect((await post('/oidc/device-authorization', { scope }, basicOf(client))).status).toBe(200);

    const flow = await client.begin({ scope });
    const pushed = await post('/oidc/par', Object.fromEntries(flow.url.searchParams), basicOf(client));
    expect(pushed.status).toBe(201);
    const parameters = new URLSearchParams({ client_id: client.id, request_uri: pushed.json.request_uri });
    const { left } = await visit(browser, `/oidc/authorize?${parameters}`);
    expect((await client.redeem(left!, flow)).scope).toBe('openid profile email');
  });

  test('are refused as before where a name is wrong, and nothing but spaces is none', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient({ scopes: ['openid'] });
    const { left } = await visit(browser, (await client.begin({ scope: 'openid  email' })).url);
    expect(left?.searchParams.get('error')).toBe('invalid_scope');
    const { refresh_token } = await client.signIn(browser, { scope: 'openid' });
    expect(
      (await client.token({ grant_type: 'refresh_token', refresh_token: refresh_token!, scope: ' ' })).status,
    ).toBe(200);
  });
});

describe('a refresh that repeats the scope of the beginning (RFC 6749 §6)', () => {
  test.each(['openid profile offline_access', 'offline_access', 'openid  address phone offline_access'])(
    'is answered for %j, also without prompt=consent',
    async (scope) => {
      const { browser } = await seedPerson();
      const client = await registerClient();
      const first = await client.signIn(browser, { scope: `openid profile ${scope}` });
      let { refresh_token } = first;
      for (const _ of ['once', 'twice']) {
        const { status, json } = await client.token({
          grant_type: 'refresh_token',
          refresh_token: refresh_token!,
          scope,
        });
        expect([status, json.error]).toEqual([200, undefined]);
        refresh_token = json.refresh_token;
      }
    },
  );

  test('gives still no more than the token was given for', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient();
    const { refresh_token } = await client.signIn(browser, { scope: 'openid offline_access' });
    const form = { grant_type: 'refresh_token', refresh_token: refresh_token! };
    expect((await client.token({ ...form, scope: 'openid email offline_access' })).json.error).toBe('invalid_scope');
    expect((await client.token({ ...form, scope: 'openid offline_access' })).json.scope).toBe('openid');
  });
});

describe.each(['null', 'undefined', 'None'])('a parameter that says %j where it means none', (nothing) => {
  test('is none: as id_token_hint and login_hint of a sign-in, and in a pushed one', async () => {
    const { browser, userId } = await seedPerson();
    const client = await registerClient();
    const hints = { id_token_hint: nothing, login_hint: nothing };
    expect((await client.signIn(browser, { ...hints, prompt: 'none' })).claims()?.sub).toBe(userId);
    const flow = await client.begin(hints);
    expect((await post('/oidc/par', Object.fromEntries(flow.url.searchParams), basicOf(client))).status).toBe(201);
  });

  test('is none of a sign-out, which then asks', async () => {
    const { browser } = await seedPerson();
    const parameters = new URLSearchParams({ id_token_hint: nothing, post_logout_redirect_uri: nothing });
    expect((await visit(browser, `/oidc/logout?${parameters}`)).page).toMatch(/^\/sign-out/);
    expect((await visit(browser, '/oidc/logout', Object.fromEntries(parameters))).page).toMatch(/^\/sign-out/);
  });

  test('is kept where it can be meant', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient();
    const { left } = await visit(browser, (await client.begin({ state: nothing })).url);
    expect(left?.searchParams.get('state')).toBe(nothing);
  });
});

describe('what is posted stands in no address (RP-Initiated Logout §6)', () => {
  /** Posts a form, and says where the browser is sent. */
  async function sentTo(path: string, form: Record<string, string>) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(form).toString();
    const answer = await callProvider(config.publicUrl + path, { method: 'POST', headers, body });
    expect(answer.status).toBe(303);
    return answer.headers.get('location')!;
  }

  test('a sign-out by POST with a hint ends everything, and one without is asked about, by the app’s name', async () => {
    const one = await signedIn();
    const [bye] = one.client.client.postLogoutRedirectUris;
    const form = { client_id: one.client.id, post_logout_redirect_uri: bye!, state: 'secret-state' };
    const asking = await sentTo('/oidc/logout', form);
    const { page } = await visit(one.browser, asking);
    expect(page).toMatch(/^\/sign-out\?posted=[\w-]{43}$/);
    const query = page!.split('?')[1]!;
    const searchParams = Promise.resolve(Object.fromEntries(new URLSearchParams(query)));
    const shown = await inRequest({ cookies: one.browser.cookies }, () => SignOutPage({ searchParams }));
    expect(JSON.stringify(shown.outcome)).toContain(one.client.client.name);

    const hinted = await sentTo('/oidc/logout', { ...form, id_token_hint: one.tokens.id_token! });
    expect(hinted).toMatch(/^[^?]+\?posted=[\w-]{43}$/);
    expect((await visit(one.browser, hinted)).left?.href).toBe(`${bye}?state=secret-state`);
    expect(await db.$count(sessions)).toBe(0);
    const { to } = await act((await seedPerson()).browser, confirmSignOut, { query });
    expect(to, 'the question can still be answered').toBe(`${bye}?state=secret-state`);
  });

  test('a hint of somebody else is not handed to the page that asks', async () => {
    const one = await signedIn();
    const two = await seedPerson();
    const foreign = (await one.client.signIn(two.browser)).id_token!;
    const { page } = await visit(one.browser, await sentTo('/oidc/logout', { id_token_hint: foreign }));
    expect(page).toMatch(/^\/sign-out\?posted=[\w-]{43}$/);
  });

  test('a sign-in by POST', async () => {
    const one = await signedIn();
    const flow = await one.client.begin({ id_token_hint: one.tokens.id_token!, login_hint: one.email });
    const to = await sentTo('/oidc/authorize', Object.fromEntries(flow.url.searchParams));
    expect(to).toMatch(/^[^?]+\?posted=[\w-]{43}$/);
    const { left } = await visit(one.browser, to);
    expect((await one.client.redeem(left!, flow)).claims()?.sub).toBe(one.userId);
    const stored = (await db.select().from(oidcArtifacts)).filter(({ model }) => model === 'PostedRequest');
    expect(Buffer.from(stored[0]!.payload).toString('latin1'), 'sealed').not.toContain('client_id');
  });

  test('is kept for an hour, and an address that leads nowhere is refused on a page of ours', async () => {
    const one = await signedIn();
    const to = await sentTo('/oidc/logout', { id_token_hint: one.tokens.id_token! });
    expect((await visit(one.browser, '/oidc/authorize?posted=x')).status).toBe(400);
    await db.update(sessions).set({ endsAt: new Date(Date.now() + 86_400_000) });
    vi.setSystemTime(Date.now() + 2 * 3_600_000);
    expect((await visit(one.browser, to)).page, 'as if nothing had been posted: asked').toMatch(/^\/sign-out/);
  });
});
