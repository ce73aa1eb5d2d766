import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { oidcArtifacts } from '@/db/schema';
import { config } from '@/lib/config';
import { seedPerson } from '@/tests/helpers/people';
import { callProvider, registerClient } from '@/tests/helpers/relying-party';
import { endpoints } from './endpoints';

const ask = (person: Awaited<ReturnType<typeof seedPerson>>, path: string, method = 'GET') => {
  const cookie = [...person.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return callProvider(config.publicUrl + path, { method, headers: { accept: 'text/html', cookie } });
};

describe('the engine is reached at its own addresses only, of which we know who comes (H26, T17, T18)', () => {
  const spellings = [
    '/oidc/AUTHORIZE',
    '/oidc/Authorize',
    '/OIDC/authorize',
    '/oidc/authorize/',
    '/oidc//authorize',
    '/oidc/authori%7Ae',
    '/oidc/authorize%2F',
    '/oidc/author\u0131ze',
    '/oidc/authorize/a/b',
    '/oidc/LOGOUT',
    '/oidc/interaction/dev',
    '/oidc/Device',
    '/oidc/TOKEN',
    '/oidc/userinfo/',
    '/oidc/jwks.json',
    '/oidc/constructor',
    '/oidc/__proto__',
    '/.well-known/OpenID-configuration',
    '/.well-known/openid-configuration/',
  ];
  test.each(['GET', 'HEAD', 'POST', 'OPTIONS'])('%s at any other spelling is nothing', async (method) => {
    const person = await seedPerson();
    const { url } = await (await registerClient()).begin();
    for (const path of spellings) {
      const answered = await ask(person, path + url.search, method);
      expect([path, answered.status, answered.headers.getSetCookie()]).toEqual([path, 404, []]);
    }
    expect(await db.$count(oidcArtifacts)).toBe(0);
  });

  test('and at each of them it answers', async () => {
    const person = await seedPerson();
    for (const path of [...Object.values(endpoints), '/.well-known/openid-configuration']) {
      const answered = await Promise.all(['GET', 'POST'].map((method) => ask(person, path, method)));
      expect(
        answered.some(({ status }) => status !== 404),
        path,
      ).toBe(true);
    }
  });

  test.each(['/oidc/device', '/oidc/logout/confirm'])('a form sent to %s past our pages does nothing', async (path) => {
    const person = await seedPerson();
    const answered = await ask(person, `${path}?user_code=BCDF-GHJK`, 'POST');
    expect(answered.headers.get('location')).toBe(
      path.endsWith('device') ? `${config.publicUrl}/device?user_code=BCDF-GHJK` : null,
    );
    expect(await db.$count(oidcArtifacts)).toBe(0);
  });
});
