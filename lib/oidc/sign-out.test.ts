import { describe, expect, test, vi } from 'vitest';
import { confirmSignOut } from '@/app/(sign-in)/sign-out/actions';
import SignOutPage from '@/app/(sign-in)/sign-out/page';
import { db } from '@/db';
import { sessions } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { Browser } from '@/tests/helpers/browser';
import { seedPerson } from '@/tests/helpers/people';
import { act, registerClient, visit } from '@/tests/helpers/relying-party';
import { send, signedIn } from '@/tests/helpers/signed-in';
import { inRequest } from '@/tests/setup/request-scope';
import { withSettings } from '@/tests/setup/settings';

describe('sign-out by a client (H17)', () => {
  const logout = (parameters: Record<string, string>) =>
    `${config.publicUrl}/oidc/logout?${new URLSearchParams(parameters)}`;

  test('with a hint that names who is signed in ends everything and comes back with state', async () => {
    const one = await signedIn();
    const [bye] = one.client.client.postLogoutRedirectUris;
    const url = logout({ id_token_hint: one.tokens.id_token!, post_logout_redirect_uri: bye!, state: 'a b&c' });
    // With the client in reach already: it must hear of it once, not from the engine as well.
    const { left } = await withSettings({ PRIVATE_CLIENTS: one.listening.host }, () => visit(one.browser, url));
    expect(left?.href).toBe(`${bye}?state=a+b%26c`);
    expect(one.browser.cookies.has(cookieName('session'))).toBe(false);
    expect([await db.$count(sessions), await one.alive()]).toEqual([0, false]);
    await send(one.listening.host);
    expect(one.listening.received).toHaveLength(1);
  });

  test('an expired hint is one still; without a hint, and with one of somebody else, the person is asked', async () => {
    const one = await signedIn();
    const two = await seedPerson();
    const foreign = (await one.client.signIn(two.browser)).id_token!;
    const [bye] = one.client.client.postLogoutRedirectUris;
    for (const parameters of [
      {},
      { client_id: one.client.id },
      { id_token_hint: foreign, post_logout_redirect_uri: bye! },
    ]) {
      expect((await visit(one.browser, logout(parameters as Record<string, string>))).page).toMatch(/^\/sign-out/);
    }
    expect(await one.alive(), 'asking ends nothing').toBe(true);
    await db.update(sessions).set({ endsAt: new Date(Date.now() + 86_400_000) });
    vi.setSystemTime(Date.now() + 2 * 3_600_000);
    const { left } = await visit(
      one.browser,
      logout({ id_token_hint: one.tokens.id_token!, post_logout_redirect_uri: bye! }),
    );
    expect(left?.href).toBe(bye);
  });

  test('asked and confirmed it goes where the client may send people', async () => {
    const one = await signedIn();
    const [bye] = one.client.client.postLogoutRedirectUris;
    const { page } = await visit(
      one.browser,
      logout({ client_id: one.client.id, post_logout_redirect_uri: bye!, state: 's' }),
    );
    const { to } = await act(one.browser, confirmSignOut, { query: page!.split('?')[1]! });
    expect(to).toBe(`${bye}?state=s`);
    expect([await db.$count(sessions), one.browser.cookies.has(cookieName('session'))]).toEqual([0, false]);
  });

  test.each([
    ['an address that is not registered', { post_logout_redirect_uri: 'https://evil.example/' }],
    ['one with a query added', { post_logout_redirect_uri: '+?a=b' }],
    ['an id_token_hint that is none', { id_token_hint: 'x.y.z' }],
    ['one with another signature', { id_token_hint: 'modified' }],
    ['an unknown client', { client_id: 'nobody' }],
  ])('%s is refused on a page of ours, and nothing ends', async (_, change) => {
    const one = await signedIn();
    const [bye] = one.client.client.postLogoutRedirectUris;
    const parameters: Record<string, string> = {
      id_token_hint: one.tokens.id_token!,
      post_logout_redirect_uri: bye!,
      ...change,
    };
    if (parameters.post_logout_redirect_uri?.startsWith('+'))
      parameters.post_logout_redirect_uri = bye + parameters.post_logout_redirect_uri.slice(1);
    if (parameters.id_token_hint === 'modified')
      parameters.id_token_hint = `${one.tokens.id_token!.slice(0, -6)}AAAAAA`;
    const { left, status } = await visit(one.browser, logout(parameters));
    expect([left, status]).toEqual([undefined, 400]);
    expect(await one.alive()).toBe(true);
  });

  test('without a session it goes straight to where the client may send people, or to our own page', async () => {
    const client = await registerClient();
    const [bye] = client.client.postLogoutRedirectUris;
    const { left } = await visit(new Browser(), logout({ client_id: client.id, post_logout_redirect_uri: bye! }));
    expect(left?.href).toBe(bye);
    expect((await visit(new Browser(), logout({}))).page).toBe('/signed-out');
    const { page } = await visit(new Browser(), logout({ post_logout_redirect_uri: bye! }));
    expect(page, 'whose address it is nobody said').toBe('/signed-out');
  });

  describe('the page that asks takes what the provider takes:', () => {
    type Parameters = { hint: string; id: string; bye: string };
    const native = { authMethod: 'none' as const, postLogoutRedirectUris: ['http://127.0.0.1/bye'] };
    test.each([
      ['the client named by the hint alone', {}, ({ hint, bye }: Parameters) => ({ id_token_hint: hint, back: bye })],
      [
        'an absence written as a word',
        {},
        ({ id }: Parameters) => ({ client_id: id, id_token_hint: 'null', back: 'null' }),
      ],
      [
        'any port of a native app',
        native,
        ({ id }: Parameters) => ({ client_id: id, back: 'http://127.0.0.1:51234/bye' }),
      ],
    ])('%s', async (_, columns, parameters) => {
      const [one, two] = [await seedPerson(), await seedPerson()];
      const client = await registerClient({ ...columns, redirectUris: ['http://127.0.0.1/callback'] });
      const hint = (await client.signIn(two.browser)).id_token!;
      const [bye] = client.client.postLogoutRedirectUris;
      const { back, ...named } = parameters({ hint, id: client.id, bye: bye! });
      const { page } = await visit(one.browser, logout({ ...named, post_logout_redirect_uri: back }));
      const query = page!.split('?')[1]!;
      const searchParams = Promise.resolve(Object.fromEntries(new URLSearchParams(query)));
      const shown = await inRequest({ cookies: one.browser.cookies }, () => SignOutPage({ searchParams }));
      expect(JSON.stringify(shown.outcome)).toContain(client.client.name);
      const { to } = await act(one.browser, confirmSignOut, { query });
      expect([to, await db.$count(sessions)]).toEqual([back === 'null' ? '/oidc/logout/success' : back, 1]);
    });
  });

  test('another site cannot confirm it', async () => {
    const one = await signedIn();
    await visit(one.browser, logout({ client_id: one.client.id }));
    await visit(one.browser, '/oidc/logout/confirm', { logout: 'yes', xsrf: 'guess' });
    expect(await one.alive()).toBe(true);
  });
});
