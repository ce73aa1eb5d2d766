import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { decodeJwt } from 'jose';
import {
  type Answer,
  basic,
  form,
  insertApp,
  insertPerson,
  Jar,
  type Sent,
  send,
  startTwoServers,
} from './two-servers';

/** What differs from one answer to the next anyway, and what only says who had the connection. */
function comparable({ status, headers, body }: Answer) {
  const { connection, date, vary, ...others } = headers;
  for (const name of ['content-length', 'keep-alive', 'transfer-encoding']) delete others[name];
  // The router of Next.js names headers of its own there.
  const ours = String(vary ?? '').replace(/^rsc, next-[^,]+(, next-[^,]+)*(, )?/, '');
  const steady = (value: unknown) =>
    JSON.stringify(value)
      .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{8,12}/g, '<id>') // a username is cut short
      .replaceAll(/\.sig=[\w-]+/g, '.sig=<random>')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replaceAll(/\d\d:\d\d:\d\d GMT/g, '<time>')
      .replaceAll(/[\w-]{40,}/g, '<random>')
      .replaceAll(/\b1\d{9}\b/g, '<seconds>');
  const named = Object.entries(others).map(([name, value]) => [name, steady(value)] as const);
  return { status, vary: ours, body: steady(body), ...Object.fromEntries(named) };
}

/** What an ID token says, without what is another for everybody. */
function claimsOf({ id_token }: { id_token: string }) {
  const { sub, sid, at_hash, iat, exp, auth_time, updated_at, email, preferred_username, ...others } =
    decodeJwt(id_token);
  const kinds = Object.entries({ sub, sid, at_hash, iat, exp, auth_time, updated_at, email, preferred_username });
  return { ...others, ...Object.fromEntries(kinds.map(([name, value]) => [name, typeof value])) };
}

test('what the front door answers by itself is what Next.js answers, refusals included', async () => {
  const { servers, origin, sql, end } = await startTwoServers({ DIRECT_ENTRIES: 'on' }, { DIRECT_ENTRIES: 'off' });
  const driven = new Set<string>();

  /** Sends the same to both, or what each is to get, and compares; answers what each said. */
  async function both(method: string, path: string, sent: Sent | ((of: 0 | 1) => Sent) = {}) {
    const answers = servers.map((server, of) =>
      send(server, method, path, typeof sent === 'function' ? sent(of as 0 | 1) : sent),
    );
    const [one, other] = (await Promise.all(answers)) as [Answer, Answer];
    const what = `${method} ${path} ${JSON.stringify(sent) ?? ''}`.slice(0, 160);
    expect.soft(comparable(one), what).toEqual(comparable(other));
    expect(one.status, `${what}: ${one.body}`).toBeLessThan(500);
    // Next.js sends what it does not know the length of.
    if (one.body && method !== 'HEAD' && one.headers['content-length'] !== undefined) driven.add(path.split('?')[0]!);
    return [one, other] as const;
  }

  try {
    const people = [await insertPerson(sql, origin), await insertPerson(sql, origin)] as const;
    const machine = await insertApp(sql, 'machine', ['client_credentials']);
    const wiki = await insertApp(sql, 'wiki', ['authorization_code', 'refresh_token']);

    await test.step('health, and what apps read before they begin', async () => {
      for (const path of ['/healthz', '/readyz', '/oidc/jwks']) {
        await both('GET', path);
        await both('HEAD', path);
        await both('GET', `${path}?x=1`);
        await both('POST', path, { headers: form, body: 'a=b' });
      }
      for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
        await both('GET', path, { headers: { origin: 'https://app.example' } });
        await both('OPTIONS', path, {
          headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
        });
        await both('PUT', path);
      }
    });

    const jars = [new Jar(), new Jar()] as const;
    const withCookies = (body?: unknown) => (of: 0 | 1) => {
      const sent = { headers: { ...json, ...jars[of].header } };
      return body === undefined ? sent : { ...sent, body: JSON.stringify(body) };
    };
    const keep = (answers: readonly [Answer, Answer]) => {
      for (const [of, answer] of answers.entries()) jars[of]!.keep(answer);
      return [JSON.parse(answers[0].body), JSON.parse(answers[1].body)] as const;
    };
    const token = (body: string) => ({ headers: { ...form, authorization: wiki.authorization }, body });
    const json = { origin, 'content-type': 'application/json', 'user-agent': 'Chrome/150' };

    await test.step('refusals of every ceremony', async () => {
      for (const ceremony of ['authenticate', 'register', 'step-up']) {
        for (const half of ['options', 'verify']) {
          const path = `/api/passkeys/${ceremony}/${half}`;
          const { origin: _, ...withoutOrigin } = json;
          for (const headers of [{ ...json, origin: 'https://evil.example' }, withoutOrigin])
            await both('POST', path, { headers, body: '{}' });
          await both('POST', path, { headers: json, body: '{' });
          await both('POST', path, { headers: json, body: '{"challengeId":"x","username":5,"conditional":5}' });
          await both('POST', path, { headers: { ...json, 'content-type': 'text/plain' }, body: '{}' });
          await both('POST', path, { headers: json, body: JSON.stringify({ username: 'x'.repeat(70_000) }) });
          await both('POST', path, { headers: json, body: '{}' });
          await both('POST', path, { headers: json });
          await both('POST', path, {
            headers: { ...json, cookie: 'latchkey-session=nobody; latchkey-browser=x' },
            body: '{}',
          });
          for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
            await both(method, path, { headers: json });
        }
      }
      await both('POST', '/api/passkeys/authenticate/options', {
        headers: json,
        body: '{"username":"nobody@example.com"}',
      });
    });

    await test.step('a sign-in, what its session may do, and its answer used again', async () => {
      const ceremony = async (name: 'authenticate' | 'step-up' | 'register') => {
        const path = `/api/passkeys/${name}`;
        const started = keep(await both('POST', `${path}/options?return_to=/account/passkeys`, withCookies({})));
        const answers = started.map(({ challengeId, options }, of) => {
          const { authenticator } = people[of]!;
          const credential = name === 'register' ? authenticator.register(options) : authenticator.signIn(options);
          return { challengeId, credential };
        });
        const finished = await both('POST', `${path}/verify`, (of) => withCookies(answers[of])(of));
        expect(finished[0].status, finished[0].body).toBe(name === 'register' ? 201 : 200);
        if (name !== 'register') expect(finished[0].headers['set-cookie']).toBeTruthy();
        keep(finished);
        await both('POST', `${path}/verify`, (of) => withCookies(answers[of])(of));
      };
      await ceremony('authenticate');
      await ceremony('step-up');
      await ceremony('register');
      // With the passkey that was just made.
      await ceremony('authenticate');
      await both('POST', '/api/passkeys/register/options', (of) => ({
        ...withCookies({})(of),
        headers: { ...withCookies({})(of).headers, 'x-latchkey-shown-as': randomUUID() },
      }));
    });

    await test.step('an app: a code, its tokens, and what they are worth', async () => {
      const left = await both('GET', wiki.authorize, withCookies());
      const redeem = (of: 0 | 1) => token(wiki.redemption(left[of]));
      const issued = keep(await both('POST', '/oidc/token', redeem));
      expect(claimsOf(issued[0])).toEqual(claimsOf(issued[1]));
      const userinfo = (of: 0 | 1) => ({ headers: { authorization: `Bearer ${issued[of].access_token}` } });
      const [told] = keep(await both('GET', '/oidc/userinfo', userinfo));
      expect(told).toMatchObject({ sub: people[0].userId, name: 'Robin' });
      await both('POST', '/oidc/userinfo', (of) => ({ ...userinfo(of), body: '' }));
      const refresh = (of: 0 | 1) => token(`grant_type=refresh_token&refresh_token=${issued[of].refresh_token}`);
      const refreshed = keep(await both('POST', '/oidc/token', refresh));
      expect(claimsOf(refreshed[0])).toEqual(claimsOf(refreshed[1]));
      expect((await both('POST', '/oidc/token', refresh))[0].status, 'a refresh token used again').toBe(400);
      expect((await both('POST', '/oidc/token', redeem))[0].status, 'a code used again').toBe(400);
      expect((await both('GET', '/oidc/userinfo', userinfo))[0].status, 'ended by that').toBe(401);
    });

    await test.step('tokens', async () => {
      const grant = 'grant_type=client_credentials';
      const [issued, alsoIssued] = await both('POST', '/oidc/token', {
        headers: { ...form, authorization: machine.authorization },
        body: grant,
      });
      const tokens = [issued, alsoIssued].map(({ body }) => JSON.parse(body).access_token as string);
      expect(tokens[0]).toBeTruthy();
      for (const path of ['/oidc/token', '/oidc/introspect', '/oidc/userinfo']) {
        await both('POST', path, { headers: { ...form, authorization: basic('machine', 'wrong') }, body: grant });
        await both('POST', path, { headers: form, body: grant });
        await both('POST', path, {
          headers: { ...form, authorization: machine.authorization },
          body: 'grant_type=nothing',
        });
        await both('POST', path, {
          headers: { ...form, authorization: machine.authorization },
          body: `a=${'x'.repeat(200_000)}`,
        });
        await both('POST', path);
        await both('GET', path);
        await both('HEAD', path);
        await both('PUT', path, { body: 'x' });
        await both('OPTIONS', path, {
          headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
        });
      }
      await both('POST', '/oidc/introspect', (of) => ({
        headers: { ...form, authorization: machine.authorization },
        body: `token=${tokens[of]}`,
      }));
      await both('GET', '/oidc/userinfo', (of) => ({ headers: { authorization: `Bearer ${tokens[of]}` } }));
      await both('GET', '/oidc/userinfo', {
        headers: { authorization: 'Bearer nonsense', origin: 'https://app.example' },
      });
    });

    await test.step('whatever is spelled otherwise', async () => {
      for (const path of [
        '/oidc/TOKEN',
        '/oidc/token/',
        '//oidc/token',
        '/oidc/%74oken',
        '/oidc/./token',
        '/healthz/',
        '/oidc/constructor',
      ])
        await both('POST', path, {
          headers: { ...form, authorization: machine.authorization },
          body: 'grant_type=client_credentials',
        });
    });

    const listed = [...readFileSync('app/direct-entries.ts', 'utf8').matchAll(/^ {2}'(\/[^']+)'/gm)].map(
      ([, path]) => path,
    );
    expect(listed.length).toBeGreaterThan(10);
    expect([...driven].filter((path) => listed.includes(path)).sort()).toEqual(listed.sort());
  } finally {
    await end();
  }
});
