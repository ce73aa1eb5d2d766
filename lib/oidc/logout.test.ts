import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { signOutAsked } from '@/app/(sign-in)/sign-out/actions';
import { db } from '@/db';
import { auditEvents, grants, logoutNotices, oidcArtifacts, passkeys, sessions, users } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { removePasskey } from '@/lib/passkeys';
import { endOwnSession, endSession, readSession } from '@/lib/sessions';
import { changeDisabled } from '@/lib/users';
import { Browser } from '@/tests/helpers/browser';
import { checkLogoutToken, listenForLogout } from '@/tests/helpers/logout-listener';
import { seedPerson, seedSession, somebody } from '@/tests/helpers/people';
import { act, post, registerClient, visit } from '@/tests/helpers/relying-party';
import { withSettings } from '@/tests/setup/settings';
import { withdraw } from './connected-apps';
import { sendLogoutNotices } from './logout-notices';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listener(...given: Parameters<typeof listenForLogout>) {
  const listening = await listenForLogout(...given);
  closing.push(listening.close);
  return listening;
}

/** Somebody signed in to a client that listens. */
async function signedIn() {
  const person = await seedPerson();
  const listening = await listener();
  const client = await registerClient({ backchannelLogoutUri: listening.uri });
  const tokens = await client.signIn(person.browser);
  const alive = async () =>
    (await post('/oidc/userinfo', {}, { authorization: `Bearer ${tokens.access_token}` })).status === 200;
  const refresh = () => client.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token! });
  const session = (await readSession(person.browser.cookies.get(cookieName('session'))))!;
  return { ...person, listening, client, tokens, alive, refresh, session };
}

const send = (host: string) => withSettings({ PRIVATE_CLIENTS: host }, sendLogoutNotices);

describe('the session of the provider is ours (T18): however it ends', () => {
  type SignedIn = Awaited<ReturnType<typeof signedIn>>;
  test.each<[string, (one: SignedIn) => Promise<unknown>]>([
    ['by signing out here', ({ browser }) => endSession(browser.cookies.get(cookieName('session')), somebody)],
    [
      'by ending it from another browser',
      ({ session, userId }) => endOwnSession(session.id, { ...session, userId, id: userId }, somebody),
    ],
    ['by disabling the user', ({ userId }) => changeDisabled(userId, true, userId, somebody)],
    ['by deleting the user', ({ userId }) => db.delete(users).where(eq(users.id, userId))],
    [
      'by losing the passkey that made it',
      async ({ userId, passkey }) => {
        await db.delete(passkeys).where(eq(passkeys.id, passkey.id));
        return userId;
      },
    ],
  ])('%s, its tokens end, the provider asks anew, and the client is told', async (_, end) => {
    const one = await signedIn();
    expect(await one.alive()).toBe(true);
    await end(one);
    expect(await one.alive()).toBe(false);
    expect((await one.refresh()).json.error).toBe('invalid_grant');
    expect((await visit(one.browser, (await one.client.begin()).url)).page).toMatch(/^\/sign-in/);
    await send(one.listening.host);
    expect(one.listening.received).toHaveLength(1);
    const token = await checkLogoutToken(one.listening.received[0]!, one.client.id);
    expect(token).toMatchObject({
      sub: one.userId,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect([token.sid, token.jti, token.nonce]).toEqual([
      one.tokens.claims()!.sid ?? expect.any(String),
      expect.any(String),
      undefined,
    ]);
    expect(token.exp! - token.iat!).toBeLessThanOrEqual(120);
    expect(await db.$count(logoutNotices)).toBe(0);
  });

  test('and other sessions of the same person go on', async () => {
    const one = await signedIn();
    const elsewhere = new Browser();
    await seedSession(elsewhere, one.userId, one.passkey.id);
    const other = await one.client.signIn(elsewhere);
    await endSession(one.browser.cookies.get(cookieName('session')), somebody);
    expect((await post('/oidc/userinfo', {}, { authorization: `Bearer ${other.access_token}` })).status).toBe(200);
  });

  test('a session of the provider whose cookie outlived ours opens nothing', async () => {
    const one = await signedIn();
    const stale = one.browser.copy();
    stale.cookies.delete(cookieName('session'));
    expect((await visit(stale, (await one.client.begin()).url)).page).toMatch(/^\/sign-in/);
    const another = await seedPerson();
    stale.cookies.set(cookieName('session'), another.browser.cookies.get(cookieName('session'))!);
    expect((await one.client.signIn(stale)).claims()?.sub, 'who is signed in here now').toBe(another.userId);
  });

  test('a session that idles out is none for the provider either', async () => {
    const one = await signedIn();
    await db
      .update(sessions)
      .set({ lastSeenAt: new Date(Date.now() - 30 * 86_400_000) })
      .where(eq(sessions.id, one.session.id));
    expect((await visit(one.browser, (await one.client.begin()).url)).page).toMatch(/^\/sign-in/);
    expect([await one.alive(), (await one.refresh()).json.error], 'before any purge').toEqual([false, 'invalid_grant']);
  });
});

describe('back-channel logout (H18)', () => {
  test('goes to all clients at the same time, and one that is slow or wrong keeps nobody waiting', async () => {
    const { browser } = await seedPerson();
    const [good, slow, wrong] = [await listener(), await listener(undefined, 10_000), await listener(() => 500)];
    for (const { uri } of [good, slow, wrong])
      await (await registerClient({ backchannelLogoutUri: uri })).signIn(browser);
    await endSession(browser.cookies.get(cookieName('session')), somebody);
    await withSettings({ PRIVATE_CLIENTS: [good, slow, wrong].map(({ host }) => host).join() }, sendLogoutNotices);
    expect([good, slow, wrong].map(({ received }) => received.length)).toEqual([1, 1, 1]);
    const events = (await db.select().from(auditEvents)).filter(
      ({ type }) => type.startsWith('client.') && /logout/.test(type),
    );
    expect(events.map(({ type, reason }) => [type, reason]).sort()).toEqual([
      ['client.logout-undelivered', expect.stringMatching(/ABORT|Timeout|unreachable|23/)],
      ['client.logout-undelivered', 'status 500'],
      ['client.told-of-logout', null],
    ]);
  });

  test('what failed is tried again later, and given up in the end', async () => {
    const { browser } = await seedPerson();
    let status = 503;
    const listening = await listener(() => status);
    await (await registerClient({ backchannelLogoutUri: listening.uri })).signIn(browser);
    await endSession(browser.cookies.get(cookieName('session')), somebody);
    await send(listening.host);
    await send(listening.host);
    expect(listening.received, 'not at once').toHaveLength(1);
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      vi.setSystemTime(Date.now() + 3_700_000);
      if (attempt === 5) status = 200;
      await send(listening.host);
    }
    expect([listening.received.length, await db.$count(logoutNotices)]).toEqual([5, 0]);
  });

  test('follows no redirect, and reaches no private address unless the operator lists it (H19)', async () => {
    const { browser } = await seedPerson();
    const [moved, internal] = [await listener(() => 302), await listener()];
    for (const { uri } of [moved, internal])
      await (await registerClient({ backchannelLogoutUri: uri })).signIn(browser);
    await endSession(browser.cookies.get(cookieName('session')), somebody);
    await send(moved.host);
    expect([moved.received.length, internal.received.length]).toEqual([1, 0]);
    const reasons = (await db.select().from(auditEvents)).filter(({ type }) => type === 'client.logout-undelivered');
    expect(reasons.map(({ reason }) => reason).sort()).toEqual(['status 302', 'unreachable']);
  });

  test('several instances send each notice once', async () => {
    const { browser } = await seedPerson();
    const listening = await listener();
    await (await registerClient({ backchannelLogoutUri: listening.uri })).signIn(browser);
    await endSession(browser.cookies.get(cookieName('session')), somebody);
    await withSettings({ PRIVATE_CLIENTS: listening.host }, () =>
      Promise.all([1, 2, 3].map(() => sendLogoutNotices())),
    );
    expect(listening.received).toHaveLength(1);
  });
});

describe('sign-out by a client (H17)', () => {
  const logout = (parameters: Record<string, string>) =>
    `${config.publicUrl}/oidc/logout?${new URLSearchParams(parameters)}`;

  test('with a hint that names who is signed in ends everything and comes back with state', async () => {
    const one = await signedIn();
    const [bye] = one.client.client.postLogoutRedirectUris;
    const url = logout({ id_token_hint: one.tokens.id_token!, post_logout_redirect_uri: bye!, state: 'a b&c' });
    const { left } = await visit(one.browser, url);
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
    const { to } = await act(one.browser, signOutAsked, { query: page!.split('?')[1]! });
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

  test('another site cannot confirm it', async () => {
    const one = await signedIn();
    await visit(one.browser, logout({ client_id: one.client.id }));
    await visit(one.browser, '/oidc/logout/confirm', { logout: 'yes', xsrf: 'guess' });
    expect(await one.alive()).toBe(true);
  });
});

test('a withdrawn app has no token any more and asks again', async () => {
  const person = await seedPerson();
  const client = await registerClient({ firstParty: false });
  await db
    .insert(grants)
    .values({ userId: person.userId, clientId: client.id, scopes: ['openid', 'profile', 'email'], claims: [] });
  const tokens = await client.signIn(person.browser);
  const session = (await readSession(person.browser.cookies.get(cookieName('session'))))!;
  expect((await db.select().from(grants))[0]!.lastUsedAt).not.toBeNull();
  await withdraw(client.id, session, somebody);
  expect((await post('/oidc/userinfo', {}, { authorization: `Bearer ${tokens.access_token}` })).status).toBe(401);
  expect((await client.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token! })).json.error).toBe(
    'invalid_grant',
  );
  expect((await visit(person.browser, (await client.begin()).url)).page).toBe('Consent');
  expect(await db.$count(oidcArtifacts, eq(oidcArtifacts.model, 'RefreshToken'))).toBe(0);
});

test('removing the passkey that made a session tells the apps, as one step', async () => {
  const one = await signedIn();
  await seedSession(new Browser(), one.userId, one.passkey.id);
  const other = await seedPerson();
  await db.update(passkeys).set({ userId: one.userId }).where(eq(passkeys.id, other.passkey.id));
  expect((await removePasskey(one.passkey.id, one.session, somebody)).ok).toBe(true);
  expect(await db.$count(logoutNotices)).toBe(1);
});
