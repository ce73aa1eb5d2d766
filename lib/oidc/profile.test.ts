import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { changeRegion as changeRegionAction } from '@/app/(account)/account/profile/actions';
import { db } from '@/db';
import { users } from '@/db/schema';
import { config } from '@/lib/config';
import { newUserHandle } from '@/lib/users';
import { newUser, seedPerson } from '@/tests/helpers/people';
import { act, callProvider, post, registerClient } from '@/tests/helpers/relying-party';
import { preferredLocale, profileClaims } from './profile-claims';

const userinfo = async (token: string) =>
  (await post('/oidc/userinfo', {}, { authorization: `Bearer ${token}` })).json as Record<string, unknown>;

describe('the scope profile (OpenID Connect Core §5.4)', () => {
  test('gives user name, names, language, time zone and time of change, in the ID token and at userinfo', async () => {
    const person = await seedPerson();
    await db.update(users).set({ name: 'Ada Lovelace', username: 'ada.l' }).where(eq(users.id, person.userId));
    await act(person.browser, changeRegionAction, { locale: 'de-AT', zoneinfo: 'Europe/Vienna' });
    const client = await registerClient();
    const tokens = await client.signIn(person.browser, { scope: 'openid profile' });
    const claims = {
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      preferred_username: 'ada.l',
      locale: 'de-AT',
      zoneinfo: 'Europe/Vienna',
      updated_at: expect.any(Number),
    };
    expect(tokens.claims()).toMatchObject(claims);
    const userinfoClaims = await userinfo(tokens.access_token);
    expect(userinfoClaims).toMatchObject(claims);
    expect(Math.abs(Number(userinfoClaims.updated_at) - Date.now() / 1000), 'in seconds').toBeLessThan(3600);
    expect(userinfoClaims).not.toHaveProperty('picture');
    const { json } = await discovery();
    expect(json.claims_supported).toEqual(expect.arrayContaining(Object.keys(claims)));
  });

  test('gives nothing of it to who asks without it', async () => {
    const person = await seedPerson();
    const { access_token } = await (await registerClient()).signIn(person.browser, { scope: 'openid email' });
    expect(Object.keys(await userinfo(access_token)).sort()).toEqual(['email', 'email_verified', 'sub']);
  });

  test.each([
    ['Ada Lovelace', 'Ada', 'Lovelace'],
    ['Mary Ann Smith', 'Mary Ann', 'Smith'],
    ['Ludwig van Beethoven', 'Ludwig', 'van Beethoven'],
    ['Plato', 'Plato', undefined],
    ['山田太郎', '山田太郎', undefined],
  ])('%s is %s and %s', (name, given_name, family_name) => {
    const none = { username: null, locale: null, zoneinfo: null, updatedAt: new Date(0) };
    const claims = profileClaims({ name, ...none });
    expect([claims.given_name, (claims as { family_name?: string }).family_name]).toEqual([given_name, family_name]);
    expect(JSON.parse(JSON.stringify(claims))).not.toHaveProperty('locale');
  });
});

const discovery = async () => {
  const response = await callProvider(`${config.publicUrl}/.well-known/openid-configuration`);
  return { json: (await response.json()) as { claims_supported: string[] } };
};

describe('a user name', () => {
  const nameOf = async (email: string, more: Partial<typeof users.$inferInsert> = {}) => {
    const values = { email, name: 'Somebody', handle: newUserHandle(), ...more };
    const [inserted] = await db.insert(users).values(values).returning();
    return inserted!.username;
  };

  test('is the first part of the address, in letters that every app takes', async () => {
    expect(await nameOf('grace.hopper+navy@example.com')).toBe('grace.hopper');
    expect(await nameOf('o’brien@example.com')).toBe('o-brien');
    expect(await nameOf('名@example.com')).toBe('user');
    expect(await nameOf(`${'x'.repeat(60)}@example.com`)).toBe('x'.repeat(32));
  });

  test('is one person’s alone, also of many who come at once, and whatever the address says', async () => {
    const hosts = Array.from({ length: 6 }, (_, n) => `ada@${n}.example.com`);
    const names = await Promise.all(hosts.map((email) => nameOf(email)));
    expect([...names].sort()).toEqual(['ada', 'ada2', 'ada3', 'ada4', 'ada5', 'ada6']);
    expect(await nameOf('ada2@example.com')).toBe('ada22');
    expect(await nameOf('admin@example.com'), 'a name of power').toBe('admin2');
    expect(await nameOf('root@example.com', { role: 'administrator' })).toBe('root');
  });

  test('of many with one first part has a number, and is found without trying all of them', async () => {
    const { length } = await Promise.all(Array.from({ length: 9 }, (_, n) => nameOf(`info@${n}.example.com`)));
    const more = [];
    for (let n = length; n < length + 10; n++) more.push((await nameOf(`info@${n}.example.com`))!);
    expect(new Set(more).size).toBe(10);
    for (const name of more) expect(name).toMatch(/^info\d{2,}$/);
    expect(more, 'whoever counts looks once for each').not.toEqual(more.map((_, n) => `info${n + 10}`));
  });

  test('stays when the address or the name changes, and the change is told of', async () => {
    const { id: userId } = await newUser('Somebody', 'first@example.com');
    const row = async () => (await db.select().from(users).where(eq(users.id, userId)))[0]!;
    const before = await row();
    await db.update(users).set({ email: 'second@example.com' }).where(eq(users.id, userId));
    const after = await row();
    expect(after.username).toBe('first');
    expect(after.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
  });
});

describe('the language', () => {
  test.each([
    ['de-at,de;q=0.9,en;q=0.8', 'de-AT'],
    ['en;q=0.1, fr;q=0.7', 'fr'],
    ['*', undefined],
    ['x_y, nl', 'nl'],
    ['en;q=0', undefined],
    ['', undefined],
  ])('of a browser that says %j is %s', (header, locale) => expect(preferredLocale(header)).toBe(locale));

  test('is what the browser said at the first sign-in to an app, until the person chooses', async () => {
    const { browser, userId } = await seedPerson();
    const client = await registerClient();
    const open = async (language: string) => {
      const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
      await callProvider((await client.begin()).url, { headers: { cookie, 'accept-language': language } });
      return (await db.select().from(users).where(eq(users.id, userId)))[0]!.locale;
    };
    expect(await open('pt-BR,pt;q=0.9')).toBe('pt-BR');
    expect(await open('en')).toBe('pt-BR');
    await act(browser, changeRegionAction, { locale: 'fr', zoneinfo: '' });
    expect(await open('en')).toBe('fr');
  });

  test('and the time zone are refused where they are none', async () => {
    const { browser } = await seedPerson();
    for (const wrong of [{ locale: 'not a language' }, { zoneinfo: 'Europe/Atlantis' }]) {
      const { state } = await act(browser, changeRegionAction, { locale: '', zoneinfo: '', ...wrong });
      expect(state).toMatchObject({ status: 'failed', fields: { [Object.keys(wrong)[0]!]: expect.any(String) } });
    }
  });
});
