import { eq } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { answer } from '@/app/(sign-in)/device/actions';
import { decide, stay } from '@/app/(sign-in)/interaction/actions';
import { db } from '@/db';
import { oidcArtifacts, sessions } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import type { Browser } from '@/tests/helpers/browser';
import { seedPerson, seedSession } from '@/tests/helpers/people';
import { act, post, registerClient, visit } from '@/tests/helpers/relying-party';

type Person = Awaited<ReturnType<typeof seedPerson>>;

const endAll = ({ userId }: Person) => db.delete(sessions).where(eq(sessions.userId, userId));

/** The browser with all cookies but that of our session. */
function withoutSession({ browser }: Person) {
  const left = browser.copy();
  left.cookies.delete(cookieName('session'));
  return left;
}

/** The browser with the session of somebody else in place of its own. */
function withSessionOf({ browser }: Person, other: Person) {
  const changed = browser.copy();
  changed.cookies.set(cookieName('session'), other.browser.cookies.get(cookieName('session'))!);
  return changed;
}

const interactionIn = (page: string) => /\/interaction\/([\w-]+)$/.exec(decodeURIComponent(page))?.[1] ?? '';

/** Answers whatever an interaction asks, until the browser leaves for the client. */
async function answerAll(browser: Browser, uid: string) {
  let { page, left, ...at } = await visit(browser, `/interaction/${uid}`);
  for (let questions = 0; !left && questions < 3; questions += 1) {
    const give = page === 'Consent' ? decide : stay;
    const { to } = await act(browser, give, { uid: at.uid!, decision: 'allow' });
    ({ page, left, ...at } = await visit(browser, to!));
  }
  if (!left) throw new Error(`the browser stays at ${page}`);
  return left;
}

describe('when every session of a person has ended', () => {
  test('the engine’s session, whatever became of its row, says nothing about who is there', async () => {
    const person = await seedPerson();
    const client = await registerClient();
    await client.signIn(person.browser);
    await db.update(oidcArtifacts).set({ sessionId: null });
    await endAll(person);
    const quiet = await client.begin({ prompt: 'none' });
    const { left } = await visit(withoutSession(person), quiet.url);
    expect(left!.searchParams.get('error')).toBe('login_required');
    expect((await visit(withoutSession(person), (await client.begin()).url)).page).toMatch(/^\/sign-in/);
  });

  test('somebody else who signs in there is never taken for the one before', async () => {
    const [one, two] = [await seedPerson(), await seedPerson()];
    const client = await registerClient();
    await client.signIn(one.browser);
    await db.update(oidcArtifacts).set({ sessionId: null });
    await endAll(one);
    expect((await client.signIn(withSessionOf(one, two))).claims()?.sub).toBe(two.userId);
  });

  const answered = {
    consent: (person: Person, uid: string) => act(person.browser, decide, { uid, decision: 'allow' }),
    select_account: (person: Person, uid: string) => act(person.browser, stay, { uid }),
    'login consent': (person: Person, uid: string) => act(person.browser, decide, { uid, decision: 'allow' }),
  };
  const left: Record<string, (one: Person, other: Person) => [Browser, next: Person]> = {
    'no session': (one) => [withoutSession(one), one],
    'the session that ended': (one) => [one.browser.copy(), one],
    'no session, and somebody else signs in': (one, other) => [withoutSession(one), other],
    'the session of somebody else': (one, other) => [withSessionOf(one, other), other],
  };
  const cases = Object.entries(answered).flatMap(([prompt, give]) =>
    Object.entries(left).map(([what, who]) => [prompt, what, give, who] as const),
  );
  test.each(cases)('an answer to prompt=%s goes with it, and with %s the question is asked anew', async (...row) => {
    const [prompt, , give, who] = row;
    const [one, two] = [await seedPerson(), await seedPerson()];
    const client = await registerClient({ firstParty: false });
    vi.setSystemTime(Date.now() + 1000);
    const flow = await client.begin({ prompt, scope: 'openid' });
    let { uid, page } = await visit(one.browser, flow.url);
    if (prompt.includes('login')) {
      uid = interactionIn(page!);
      vi.setSystemTime(Date.now() + 1000);
      await seedSession(one.browser, one.userId, one.passkey.id);
    }
    if (prompt === 'select_account') await db.update(sessions).set({ authTime: new Date(Date.now() - 60_000) });
    const { to } = await give(one, uid!);
    expect(new URL(to!, config.publicUrl).pathname).toMatch(/^\/oidc\/authorize\//);

    await endAll(one);
    expect(await db.$count(oidcArtifacts, eq(oidcArtifacts.userId, one.userId))).toBe(0);
    const [browser, next] = who(one, two);
    const waits = await visit(browser, to!);
    expect(waits.left).toBeUndefined();
    expect(waits.page).toMatch(/^(\/sign-in|\/step-up|Consent$|AnotherAccount$)/);

    vi.setSystemTime(Date.now() + 1000);
    await seedSession(browser, next.userId, next.passkey.id);
    const answer = await answerAll(browser, waits.uid ?? interactionIn(waits.page!));
    expect((await client.redeem(answer, flow)).claims()?.sub).toBe(next.userId);
  });

  test('while it lasts, an answer is nobody’s in a browser that is somebody else’s now', async () => {
    const [one, two] = [await seedPerson(), await seedPerson()];
    vi.setSystemTime(Date.now() + 1000);
    const { uid } = await visit(one.browser, (await (await registerClient()).begin({ prompt: 'select_account' })).url);
    await db.update(sessions).set({ authTime: new Date(Date.now() - 60_000) });
    const { to } = await act(one.browser, stay, { uid: uid! });
    expect(await visit(withSessionOf(one, two), to!)).toMatchObject({ page: 'AnotherAccount' });
  });

  test('an answer that leads to one more question is nobody’s but of who gave it', async () => {
    const [one, two] = [await seedPerson(), await seedPerson()];
    const client = await registerClient({ firstParty: false });
    const { uid } = await visit(one.browser, (await client.begin({ max_age: '60' })).url);
    vi.setSystemTime(Date.now() + 61_000);
    const { to } = await act(one.browser, decide, { uid: uid!, decision: 'allow' });
    const { page } = await visit(one.browser, to!);
    const next = `/interaction/${interactionIn(page!)}`;
    await endAll(one);
    vi.setSystemTime(Date.now() + 1000);
    await seedSession(one.browser, two.userId, two.passkey.id);
    expect((await visit(one.browser, next)).page, 'what one has allowed').toBe('Consent');
  });
});

describe('what a client redeems', () => {
  async function authorized() {
    const person = await seedPerson();
    const client = await registerClient();
    const flow = await client.begin({ scope: 'openid offline_access', prompt: 'consent' });
    const { uid } = await visit(person.browser, flow.url);
    const { to } = await act(person.browser, decide, { uid: uid!, decision: 'allow' });
    const { left } = await visit(person.browser, to!);
    const form = {
      grant_type: 'authorization_code',
      code: left!.searchParams.get('code')!,
      redirect_uri: client.redirectUri,
      code_verifier: flow.verifier,
    };
    return { ...person, client, redeem: () => client.token(form) };
  }
  type Authorized = Awaited<ReturnType<typeof authorized>>;

  const loosen: Record<string, (one: Authorized) => Promise<unknown>> = {
    'that belongs to no session': () =>
      db.update(oidcArtifacts).set({ sessionId: null }).where(eq(oidcArtifacts.model, 'AuthorizationCode')),
    'that belongs to the session of somebody else': async () => {
      const [session] = await db
        .select()
        .from(sessions)
        .where(eq(sessions.userId, (await seedPerson()).userId));
      const its = eq(oidcArtifacts.model, 'AuthorizationCode');
      await db.update(oidcArtifacts).set({ sessionId: session!.id }).where(its);
    },
    'whose session has ended': endAll,
  };
  test.each(Object.entries(loosen))('%s gives nothing', async (_, change) => {
    const one = await authorized();
    await change(one);
    const { status, json } = await one.redeem();
    expect([status, json.error]).toEqual([400, 'invalid_grant']);
    expect(await db.$count(oidcArtifacts, eq(oidcArtifacts.model, 'AccessToken'))).toBe(0);
  });

  test('and the refresh token after it are bound to the session that the code came from', async () => {
    const one = await authorized();
    const { json } = await one.redeem();
    const { json: renewed } = await one.client.token({
      grant_type: 'refresh_token',
      refresh_token: json.refresh_token,
    });
    const [session] = await db.select().from(sessions).where(eq(sessions.userId, one.userId));
    const stored = await db.select().from(oidcArtifacts).where(eq(oidcArtifacts.userId, one.userId));
    expect(new Set(stored.map(({ sessionId }) => sessionId))).toEqual(new Set([session!.id]));
    await endAll(one);
    for (const { access_token } of [json, renewed])
      expect((await post('/oidc/userinfo', {}, { authorization: `Bearer ${access_token}` })).status).toBe(401);
    const again = await one.client.token({ grant_type: 'refresh_token', refresh_token: renewed.refresh_token });
    expect(again.json.error).toBe('invalid_grant');
  });

  test('on a device, too, is of the session in which it was allowed', async () => {
    const person = await seedPerson();
    const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
    const client = await registerClient({ authMethod: 'none', grantTypes: [grantType], redirectUris: [] });
    const { json } = await post('/oidc/device-authorization', { client_id: client.id, scope: 'openid' });
    const { to } = await act(person.browser, answer, { user_code: json.user_code, decision: 'allow' });
    await visit(person.browser, to!);
    await endAll(person);
    const polled = await client.token({ grant_type: grantType, device_code: json.device_code, client_id: client.id });
    expect(polled.json.error).toBe('invalid_grant');
  });
});

test('a session that ends while the engine works gives no code and no fault of ours', async () => {
  const person = await seedPerson();
  const client = await registerClient();
  for (let at = 0; at < 12; at += 1) {
    await seedSession(person.browser, person.userId, person.passkey.id);
    const flow = await client.begin({ scope: 'openid' });
    const [{ left, status, page }] = await Promise.all([
      visit(person.browser, flow.url),
      later(at, () => endAll(person)),
    ]);
    if (!left) expect(page ?? status).toMatch(/^\/sign-in/);
    else if (left.searchParams.get('error')) expect(left.searchParams.get('error')).toBe('login_required');
    else
      expect(
        await client.token({
          grant_type: 'authorization_code',
          code: left.searchParams.get('code')!,
          redirect_uri: client.redirectUri,
          code_verifier: flow.verifier,
        }),
      ).toMatchObject({ status: 400 });
  }
});

/** Lets some turns of the loop pass first. */
async function later(turns: number, run: () => Promise<unknown>) {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
  return run();
}
