import { eq } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { decide, stay, useAnotherAccount } from '@/app/(sign-in)/interaction/actions';
import { db } from '@/db';
import { grants, sessions } from '@/db/schema';
import { Browser } from '@/tests/helpers/browser';
import { seedPerson, seedSession, signedInBefore, stepUp } from '@/tests/helpers/people';
import { act, registerClient, visit } from '@/tests/helpers/relying-party';

const errorIn = (left: URL | undefined) => left?.searchParams.get('error');
const code = (left: URL | undefined) => left?.searchParams.get('code');

describe('a new authentication', () => {
  test('is asked by prompt=login, and a step-up is one; the session stays', async () => {
    const person = await seedPerson();
    const client = await registerClient();
    const flow = await client.begin({ prompt: 'login' });
    const page = decodeURIComponent((await visit(person.browser, flow.url)).page!);
    expect(page).toMatch(/^\/step-up\?return_to=\/interaction/);
    const returnTo = page.split('return_to=')[1]!;
    expect((await visit(person.browser, returnTo)).page, 'nothing was proven meanwhile').toMatch(/^\/step-up/);
    const [before] = await db.select().from(sessions).where(eq(sessions.userId, person.userId));
    await stepUp(person);
    const { left } = await visit(person.browser, returnTo);
    const claims = (await client.redeem(left!, flow)).claims()!;
    expect(Number(claims.auth_time) * 1000).toBeGreaterThan(before!.authTime.getTime() - 1000);
    expect((await db.select().from(sessions).where(eq(sessions.userId, person.userId)))[0]!.id).toBe(before!.id);
  });

  test('is asked by max_age when the last one is older, and auth_time tells of it', async () => {
    const person = await seedPerson();
    const client = await registerClient();
    expect(code((await visit(person.browser, (await client.begin({ max_age: '1000' })).url)).left)).toBeTruthy();
    await signedInBefore(5);
    expect((await visit(person.browser, (await client.begin({ max_age: '1' })).url)).page).toMatch(/^\/step-up/);
    expect(
      errorIn((await visit(person.browser, (await client.begin({ max_age: '1', prompt: 'none' })).url)).left),
    ).toBe('login_required');
    await stepUp(person);
    expect(code((await visit(person.browser, (await client.begin({ max_age: '1' })).url)).left)).toBeTruthy();
  });
});

test('a step-up that was done here counts there, without a page', async () => {
  const person = await seedPerson();
  const client = await registerClient();
  await signedInBefore(3);
  const before = (await client.signIn(person.browser)).claims()!;
  await stepUp(person);
  const after = (await client.signIn(person.browser, { prompt: 'none' })).claims()!;
  expect(Number(after.auth_time)).toBeGreaterThan(Number(before.auth_time) + 1);
});

describe('another account', () => {
  test('select_account asks, and goes on as the one who is there', async () => {
    const { browser } = await seedPerson();
    vi.setSystemTime(Date.now() + 1000);
    const client = await registerClient();
    const page = await visit(browser, (await client.begin({ prompt: 'select_account' })).url);
    expect(page.page).toBe('AnotherAccount');
    const { to } = await act(browser, stay, { uid: page.uid! });
    expect(code((await visit(browser, to!)).left)).toBeTruthy();
  });

  test('or as somebody else, who signs in anew in the middle of it', async () => {
    const first = await seedPerson();
    const second = await seedPerson();
    const client = await registerClient();
    await client.signIn(first.browser);
    vi.setSystemTime(Date.now() + 1000);
    const flow = await client.begin({ prompt: 'select_account' });
    const { uid } = await visit(first.browser, flow.url);
    expect((await act(first.browser, useAnotherAccount, { uid: uid! })).to).toMatch(/^\/sign-in\?return_to=/);
    expect((await visit(first.browser, `/interaction/${uid}`)).page).toMatch(/^\/sign-in/);
    vi.setSystemTime(Date.now() + 1000);
    await seedSession(first.browser, second.userId, second.passkey.id);
    const { left } = await visit(first.browser, `/interaction/${uid}`);
    expect((await client.redeem(left!, flow)).claims()?.sub).toBe(second.userId);
  });

  const named = {
    'an id_token_hint': (idToken: string) => ({ id_token_hint: idToken }),
    'an id_token_hint for whoever is chosen': (idToken: string) => ({
      id_token_hint: idToken,
      prompt: 'select_account',
    }),
    'a claim': (_: string, value: string) => ({ claims: JSON.stringify({ id_token: { sub: { value } } }) }),
  };
  test.each([
    ['an id_token_hint', {}],
    ['an id_token_hint', { firstParty: false }],
    ['an id_token_hint', { subjectType: 'pairwise' as const }],
    ['an id_token_hint for whoever is chosen', {}],
    ['a claim', {}],
  ] as const)(
    '%s is answered with whom it names, who signs in on the way, and with nobody else: %j',
    async (hint, columns) => {
      const [one, two] = [await seedPerson(), await seedPerson()];
      const client = await registerClient(columns);
      await db.insert(grants).values({ userId: one.userId, clientId: client.id, scopes: ['openid'], claims: [] });
      const before = await client.signIn(one.browser, { scope: 'openid' });
      const { sub } = before.claims()!;

      const browser = new Browser();
      const flow = await client.begin({ scope: 'openid', ...named[hint](before.id_token!, sub) });
      const uid = decodeURIComponent((await visit(browser, flow.url)).page!).split('/interaction/')[1]!;
      vi.setSystemTime(Date.now() + 1000);
      await seedSession(browser, two.userId, two.passkey.id);
      expect((await visit(browser, `/interaction/${uid}`)).page).toBe('AnotherAccount');
      for (const action of [stay, decide]) {
        expect((await act(browser, action, { uid, decision: 'allow' })).state).toMatchObject({ status: 'failed' });
      }

      await act(browser, useAnotherAccount, { uid });
      vi.setSystemTime(Date.now() + 1000);
      await seedSession(browser, one.userId, one.passkey.id);
      const { left } = await visit(browser, `/interaction/${uid}`);
      expect((await client.redeem(left!, flow)).claims()?.sub).toBe(sub);
      expect(await db.$count(grants, eq(grants.userId, two.userId))).toBe(0);
    },
  );

  test('an id_token_hint of somebody else is not answered with who is there', async () => {
    const one = await seedPerson();
    const two = await seedPerson();
    const client = await registerClient();
    const hint = (await client.signIn(one.browser)).id_token!;
    expect(
      code((await visit(one.browser, (await client.begin({ id_token_hint: hint, prompt: 'none' })).url)).left),
    ).toBeTruthy();
    expect((await visit(two.browser, (await client.begin({ id_token_hint: hint })).url)).page).toBe('AnotherAccount');
    expect(
      errorIn((await visit(two.browser, (await client.begin({ id_token_hint: hint, prompt: 'none' })).url)).left),
    ).toBe('login_required');
  });
});

describe('the strength of a sign-in (H11)', () => {
  const weak = { amr: ['pwd'], acr: 'aal1' };
  const synced = { amr: ['swk', 'user', 'mfa'], acr: 'phr' };
  const essential = (values: string[]) => JSON.stringify({ id_token: { acr: { essential: true, values } } });

  test.each([
    ['a password where the client demands phr', weak, { demandedAcr: 'phr' as const }, {}, 'PasskeyNeeded'],
    ['a synced passkey where the client demands phrh', synced, { demandedAcr: 'phrh' as const }, {}, 'PasskeyNeeded'],
    ['a password where phr is essential', weak, {}, { claims: essential(['phr']) }, 'PasskeyNeeded'],
    [
      'a synced passkey where the client demands phr, and the request phrh',
      synced,
      { demandedAcr: 'phr' as const },
      { claims: essential(['phrh']) },
      'PasskeyNeeded',
    ],
    [
      'a synced passkey where the client demands phrh, and the request phr',
      synced,
      { demandedAcr: 'phrh' as const },
      { claims: essential(['phr']) },
      'PasskeyNeeded',
    ],
    ['a password where phr is wished', weak, {}, { acr_values: 'phr' }, 'PasskeyNeeded'],
    ['a synced passkey where the client demands phr', synced, { demandedAcr: 'phr' as const }, {}, undefined],
    ['a synced passkey where phr is wished', synced, {}, { acr_values: 'phr' }, undefined],
    ['a synced passkey where aal2 is essential', synced, {}, { claims: essential(['aal2']) }, undefined],
    ['a synced passkey where aal1 is essential', synced, {}, { claims: essential(['aal1']) }, undefined],
    ['a password where aal2 is essential', weak, {}, { claims: essential(['aal2']) }, 'PasskeyNeeded'],
    ['a password where nothing is asked', weak, {}, {}, undefined],
    ['a password where an unknown value is wished', weak, {}, { acr_values: 'urn:x' }, undefined],
  ])('%s', async (_, made, columns, parameters, page) => {
    const { browser, userId } = await seedPerson();
    await db.update(sessions).set(made).where(eq(sessions.userId, userId));
    const client = await registerClient(columns);
    const landed = await visit(browser, (await client.begin(parameters)).url);
    expect(landed.page).toBe(page);
    if (!page) expect(code(landed.left)).toBeTruthy();
    else
      expect(errorIn((await visit(browser, (await client.begin({ ...parameters, prompt: 'none' })).url)).left)).toBe(
        'login_required',
      );
  });

  test('a device-bound passkey is phr too; and a step-up with a passkey makes a password session strong enough', async () => {
    const person = await seedPerson();
    await db.update(sessions).set(weak);
    const client = await registerClient({ demandedAcr: 'phr' });
    const flow = await client.begin();
    const { uid } = await visit(person.browser, flow.url);
    await stepUp(person);
    const { left } = await visit(person.browser, `/interaction/${uid}`);
    expect((await client.redeem(left!, flow)).claims()).toMatchObject({ acr: 'phrh', amr: ['hwk', 'user', 'mfa'] });
  });

  test('a step-up with the password makes a passkey session as weak as it is: acr is of auth_time', async () => {
    const { browser, userId } = await seedPerson();
    const later = { stepUpAt: new Date(Date.now() + 1000), stepUpAmr: ['pwd'], stepUpAcr: 'aal1' };
    await db.update(sessions).set(later).where(eq(sessions.userId, userId));
    const client = await registerClient();
    expect((await client.signIn(browser)).claims()).toMatchObject({ acr: 'aal1', amr: ['pwd'] });
    const demanding = await registerClient({ demandedAcr: 'phr' });
    expect((await visit(browser, (await demanding.begin()).url)).page).toBe('PasskeyNeeded');
  });
});
