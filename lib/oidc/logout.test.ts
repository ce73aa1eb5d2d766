import { eq } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, grants, oidcArtifacts, outbox, passkeys, sessions, users } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { deliverOutbox } from '@/lib/jobs';
import { removePasskey } from '@/lib/passkeys';
import { readSession, revokeOwnSession, signOut } from '@/lib/sessions';
import { disableUser } from '@/lib/user-management';
import { Browser } from '@/tests/helpers/browser';
import { checkLogoutToken } from '@/tests/helpers/logout-listener';
import { inSession, runAs, runOperation } from '@/tests/helpers/operations';
import { seedPerson, seedSession, somebody } from '@/tests/helpers/people';
import { post, registerClient, visit } from '@/tests/helpers/relying-party';
import { listener, send, signedIn } from '@/tests/helpers/signed-in';
import { withSettings } from '@/tests/setup/settings';
import { endTokens, withdrawApp } from './connected-apps';

describe('the session of the provider is ours (T18): however it ends', () => {
  type SignedIn = Awaited<ReturnType<typeof signedIn>>;
  test.each<[string, (one: SignedIn) => Promise<unknown>]>([
    ['by signing out here', ({ browser }) => signOut(browser.cookies.get(cookieName('session')), somebody)],
    [
      'by ending it from another browser',
      async ({ session, userId }) => {
        const { id } = await seedSession(new Browser(), userId, null);
        return runOperation(revokeOwnSession, { id: session.id }, inSession({ ...session, id }));
      },
    ],
    ['by disabling the user', ({ userId }) => runOperation(disableUser, { id: userId })],
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
    expect(await db.$count(outbox)).toBe(0);
  });

  test('and other sessions of the same person go on', async () => {
    const one = await signedIn();
    const elsewhere = new Browser();
    await seedSession(elsewhere, one.userId, one.passkey.id);
    const other = await one.client.signIn(elsewhere);
    await signOut(one.browser.cookies.get(cookieName('session')), somebody);
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
  test('tells a client of a session by the one name that it has there, also where two tabs came at once', async () => {
    const { browser } = await seedPerson();
    const listening = await listener();
    const client = await registerClient({ backchannelLogoutUri: listening.uri });
    const tokens = [await client.signIn(browser.copy()), await client.signIn(browser.copy())];
    await signOut(browser.cookies.get(cookieName('session')), somebody);
    await send(listening.host);
    const { sid } = await checkLogoutToken(listening.received[0]!, client.id);
    expect(tokens.map((one) => one.claims()!.sid)).toEqual([sid, sid]);
  });

  test('goes to all clients at the same time, and one that is slow or wrong keeps nobody waiting', async () => {
    const { browser } = await seedPerson();
    const [good, slow, wrong] = [await listener(), await listener(undefined, 10_000), await listener(() => 500)];
    for (const { uri } of [good, slow, wrong])
      await (await registerClient({ backchannelLogoutUri: uri })).signIn(browser);
    await signOut(browser.cookies.get(cookieName('session')), somebody);
    await withSettings({ PRIVATE_CLIENTS: [good, slow, wrong].map(({ host }) => host).join() }, deliverOutbox);
    expect([good, slow, wrong].map(({ received }) => received.length)).toEqual([1, 1, 1]);
    const events = (await db.select().from(auditEvents)).filter(
      ({ type }) => type.startsWith('client.') && /logout/.test(type),
    );
    expect(events.map(({ type, reason }) => [type, reason]).sort()).toEqual([
      ['client.logout-undelivered', 'status_500'],
      ['client.logout-undelivered', 'timeout'],
      ['client.told-of-logout', null],
    ]);
  });

  test('what failed is tried again later, and given up in the end', async () => {
    const { browser } = await seedPerson();
    let status = 503;
    const listening = await listener(() => status);
    await (await registerClient({ backchannelLogoutUri: listening.uri })).signIn(browser);
    await signOut(browser.cookies.get(cookieName('session')), somebody);
    await send(listening.host);
    await send(listening.host);
    expect(listening.received, 'not at once').toHaveLength(1);
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      await db.update(outbox).set({ nextAt: new Date(0) });
      if (attempt === 5) status = 200;
      await send(listening.host);
    }
    expect([listening.received.length, await db.$count(outbox)]).toEqual([5, 0]);
    expect(new Set(listening.received.map((token) => decodeJwt(token).jti)).size, 'the same notice').toBe(1);
  });

  test('follows no redirect, and reaches no private address unless the operator lists it (H19)', async () => {
    const { browser } = await seedPerson();
    const [moved, internal] = [await listener(() => 302), await listener()];
    for (const { uri } of [moved, internal])
      await (await registerClient({ backchannelLogoutUri: uri })).signIn(browser);
    await signOut(browser.cookies.get(cookieName('session')), somebody);
    await send(moved.host);
    expect([moved.received.length, internal.received.length]).toEqual([1, 0]);
    const reasons = (await db.select().from(auditEvents)).filter(({ type }) => type === 'client.logout-undelivered');
    expect(reasons.map(({ reason }) => reason).sort()).toEqual(['address_not_allowed', 'status_302']);
  });

  test('several instances send each notice once', async () => {
    const { browser } = await seedPerson();
    const listening = await listener();
    await (await registerClient({ backchannelLogoutUri: listening.uri })).signIn(browser);
    await signOut(browser.cookies.get(cookieName('session')), somebody);
    await withSettings({ PRIVATE_CLIENTS: listening.host }, () => Promise.all([1, 2, 3].map(() => deliverOutbox())));
    expect(listening.received).toHaveLength(1);
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
  await runAs(session, withdrawApp, { id: client.id });
  expect((await post('/oidc/userinfo', {}, { authorization: `Bearer ${tokens.access_token}` })).status).toBe(401);
  expect((await client.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token! })).json.error).toBe(
    'invalid_grant',
  );
  expect((await visit(person.browser, (await client.begin()).url)).page).toBe('Consent');
  expect(await db.$count(oidcArtifacts, eq(oidcArtifacts.model, 'RefreshToken'))).toBe(0);
});

test('an administrator takes everything back from an app, from everybody, and from no other app (H29)', async () => {
  const [one, other] = [await signedIn(), await signedIn()];
  await db.insert(grants).values({ userId: one.userId, clientId: one.client.id, scopes: ['openid'], claims: [] });
  expect(await runOperation(endTokens, { id: one.client.id })).toEqual({ ok: true, value: { people: 1 } });
  expect([await one.alive(), (await one.refresh()).json.error]).toEqual([false, 'invalid_grant']);
  expect([await other.alive(), await db.$count(grants), await db.$count(sessions)]).toEqual([true, 0, 2]);
});

test('removing the passkey that made a session tells the apps, as one step', async () => {
  const one = await signedIn();
  await seedSession(new Browser(), one.userId, one.passkey.id);
  const other = await seedPerson();
  await db.update(passkeys).set({ userId: one.userId }).where(eq(passkeys.id, other.passkey.id));
  expect((await runAs(one.session, removePasskey, { id: one.passkey.id })).ok).toBe(true);
  expect(await db.$count(outbox)).toBe(1);
});
