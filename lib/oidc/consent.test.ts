import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { decide } from '@/app/(sign-in)/interaction/actions';
import { db } from '@/db';
import { auditEvents, clientGroups, grants, groups, sessions } from '@/db/schema';
import { Browser } from '@/tests/helpers/browser';
import { seedPerson, seedSession } from '@/tests/helpers/people';
import { act, registerClient, visit } from '@/tests/helpers/relying-party';

const errorIn = (left: URL | undefined) => left?.searchParams.get('error');
const code = (left: URL | undefined) => left?.searchParams.get('code');

describe('consent (H9)', () => {
  test('is asked once, remembered for the person in every browser, and asked anew for more', async () => {
    const person = await seedPerson();
    const client = await registerClient({ firstParty: false });
    const flow = await client.begin({ scope: 'openid profile' });
    const page = await visit(person.browser, flow.url);
    expect(page.page).toBe('Consent');
    const { to } = await act(person.browser, decide, { uid: page.uid!, decision: 'allow' });
    const { left } = await visit(person.browser, to!);
    expect((await client.redeem(left!, flow)).claims()?.name).toBe(person.user.name);
    expect(await db.select().from(grants)).toMatchObject([
      { clientId: client.id, scopes: expect.arrayContaining(['profile']) },
    ]);

    expect(
      code((await visit(person.browser, (await client.begin({ scope: 'openid profile' })).url)).left),
    ).toBeTruthy();
    const elsewhere = new Browser();
    await seedSession(elsewhere, person.userId, person.passkey.id);
    expect(code((await visit(elsewhere, (await client.begin({ scope: 'openid profile' })).url)).left)).toBeTruthy();
    expect((await visit(elsewhere, (await client.begin({ scope: 'openid email' })).url)).page).toBe('Consent');
    expect(
      errorIn((await visit(elsewhere, (await client.begin({ scope: 'openid email', prompt: 'none' })).url)).left),
    ).toBe('consent_required');
    expect(
      (await visit(elsewhere, (await client.begin({ scope: 'openid profile', prompt: 'consent' })).url)).page,
    ).toBe('Consent');
  });

  test('refused goes back with access_denied, keeps nothing, and is written down', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient({ firstParty: false });
    const { uid } = await visit(browser, (await client.begin()).url);
    const { to } = await act(browser, decide, { uid: uid!, decision: 'deny' });
    expect(errorIn((await visit(browser, to!)).left)).toBe('access_denied');
    expect(await db.$count(grants)).toBe(0);
    expect((await db.select().from(auditEvents)).map(({ type }) => type)).toContain('client.denied');
  });

  test('is given in the browser that asked, by the person who is signed in there, and for this request only', async () => {
    const { browser } = await seedPerson();
    const other = await seedPerson();
    const client = await registerClient({ firstParty: false });
    const { uid } = await visit(browser, (await client.begin()).url);
    const foreign = await act(other.browser, decide, { uid: uid!, decision: 'allow' });
    expect(foreign.state).toMatchObject({ status: 'failed' });
    const second = await visit(browser, (await client.begin()).url);
    expect(
      (await act(browser, decide, { uid: uid!, decision: 'allow' })).state,
      'not the one of the cookie',
    ).toMatchObject({ status: 'failed' });
    const signedOut = browser.copy();
    signedOut.cookies.delete('latchkey-session');
    expect((await act(signedOut, decide, { uid: second.uid!, decision: 'allow' })).state).toMatchObject({
      status: 'failed',
    });
    expect(await db.$count(grants)).toBe(0);
  });

  test('is no authentication: where max_age has passed meanwhile, one is asked after it', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient({ firstParty: false });
    const { uid } = await visit(browser, (await client.begin({ max_age: '60' })).url);
    vi.setSystemTime(Date.now() + 61_000);
    const { to } = await act(browser, decide, { uid: uid!, decision: 'allow' });
    expect((await visit(browser, to!)).page).toMatch(/^\/step-up/);
  });

  test('lapses: an hour later the page says so', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient({ firstParty: false });
    const { uid } = await visit(browser, (await client.begin()).url);
    vi.setSystemTime(Date.now() + 3_700_000);
    expect((await visit(browser, `/interaction/${uid}`)).page).toBe('InteractionOver');
  });
});

describe('one interaction asks for everything', () => {
  /** Begins as a stranger, who then signs in on the way. */
  async function signedInOnTheWay(
    columns: Parameters<typeof registerClient>[0] = { firstParty: false },
    parameters: Record<string, string> = {},
  ) {
    const person = await seedPerson();
    const browser = new Browser();
    const client = await registerClient(columns);
    const flow = await client.begin(parameters);
    const { page } = await visit(browser, flow.url);
    const returnTo = decodeURIComponent(page!.split('return_to=')[1]!);
    const uid = returnTo.slice('/interaction/'.length);
    await seedSession(browser, person.userId, person.passkey.id);
    return { person, browser, client, flow, interactionPath: returnTo, uid };
  }

  test('so that reloading, and going back to the sign-in, lead to the question again', async () => {
    const { person, browser, client, flow, interactionPath, uid } = await signedInOnTheWay();
    for (const _ of ['signed in', 'reloaded', 'gone back']) {
      expect(await visit(browser, interactionPath)).toMatchObject({ page: 'Consent', uid });
    }
    const { to } = await act(browser, decide, { uid, decision: 'allow' });
    const { left } = await visit(browser, to!);
    expect((await client.redeem(left!, flow)).claims()).toMatchObject({ sub: person.userId, name: person.user.name });
  });

  test('and refusing goes straight back as well', async () => {
    const { browser, uid } = await signedInOnTheWay();
    const { to } = await act(browser, decide, { uid, decision: 'deny' });
    expect(errorIn((await visit(browser, to!)).left)).toBe('access_denied');
    expect(await db.$count(grants)).toBe(0);
  });

  test.each([
    ['nothing is asked for an app of ours', { firstParty: true }, {}, undefined],
    ['it is asked once where prompt=consent wants it', { firstParty: true }, { prompt: 'login consent' }, 'Consent'],
    ['it is asked for a further scope', {}, { scope: 'openid email' }, 'Consent'],
    ['a single claim has to be let go too', {}, { scope: 'openid', claims: '{"userinfo":{"email":null}}' }, 'Consent'],
    ['what tells of the sign-in has not', {}, { scope: 'openid', claims: '{"id_token":{"acr":null}}' }, undefined],
  ])('%s', async (_, columns, parameters, page) => {
    const { person, browser, client, flow, interactionPath, uid } = await signedInOnTheWay(
      { firstParty: false, ...columns },
      parameters as Record<string, string>,
    );
    await db.insert(grants).values({ userId: person.userId, clientId: client.id, scopes: ['openid'], claims: [] });
    const landed = await visit(browser, interactionPath);
    expect([landed.page, landed.uid]).toEqual(page ? [page, uid] : [undefined, undefined]);
    const to = page && (await act(browser, decide, { uid, decision: 'allow' })).to!;
    const { left } = to ? await visit(browser, to) : landed;
    expect((await client.redeem(left!, flow)).claims()?.sub).toBe(person.userId);
  });

  test('but nobody is asked whom the app is not for', async () => {
    const { browser, client, interactionPath } = await signedInOnTheWay();
    const groupId = randomUUID();
    await db.insert(groups).values({ id: groupId, name: 'Editors' });
    await db.insert(clientGroups).values({ clientId: client.id, groupId });
    expect(errorIn((await visit(browser, interactionPath)).left)).toBe('access_denied');
  });

  test.each([
    ['a new authentication is missing', {}, { prompt: 'login' }, {}],
    ['a passkey is missing', { demandedAcr: 'phr' as const }, {}, { amr: ['pwd'], acr: 'aal1' }],
  ])('and consent is not taken while %s', async (_, columns, parameters, session) => {
    const person = await seedPerson();
    await db.update(sessions).set({ authTime: new Date(Date.now() - 2000), ...session });
    const client = await registerClient({ firstParty: false, ...columns });
    const { page, uid } = await visit(person.browser, (await client.begin(parameters)).url);
    const interaction = uid ?? decodeURIComponent(page!).split('/interaction/')[1]!;
    expect((await act(person.browser, decide, { uid: interaction, decision: 'allow' })).state).toMatchObject({
      status: 'failed',
    });
    expect(await db.$count(grants)).toBe(0);
  });
});
