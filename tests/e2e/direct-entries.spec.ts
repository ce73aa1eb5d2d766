import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from '@playwright/test';
import postgres from 'postgres';
import { SoftwareAuthenticator } from '../helpers/authenticator';
import { cbor } from '../helpers/cbor';
import { startPostgres } from '../setup/postgres-server';
import { startServer } from './own-server';

type Sent = { headers?: Record<string, string>; body?: string };
type Answer = { status: number | undefined; headers: Record<string, unknown>; body: string };
type Server = Awaited<ReturnType<typeof startServer>>;

const SECRET = randomBytes(32).toString('base64url');
const hash = (secret: string) => createHash('sha256').update(secret).digest('base64url');
const basic = (secret: string) => `Basic ${Buffer.from(`machine:${secret}`).toString('base64')}`;
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Sends exactly this to one server, under the name that both have. */
async function send({ port, origin }: Server, method: string, path: string, { headers = {}, body }: Sent = {}) {
  const { host } = new URL(origin);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const sent = request({ host: '127.0.0.1', port, method, path, headers: { host, ...length, ...headers } });
  const response = await new Promise<IncomingMessage>((done, failed) =>
    sent.once('response', done).once('error', failed).end(body),
  );
  return { status: response.statusCode, headers: response.headers, body: await text(response) } satisfies Answer;
}

/** What differs from one answer to the next anyway, and what only says who had the connection. */
function comparable({ status, headers, body }: Answer) {
  const { connection, date, vary, ...others } = headers;
  for (const name of ['content-length', 'keep-alive', 'transfer-encoding']) delete others[name];
  // The router of Next.js names headers of its own there.
  const ours = String(vary ?? '').replace(/^rsc, next-[^,]+(, next-[^,]+)*(, )?/, '');
  const steady = (value: unknown) =>
    JSON.stringify(value)
      .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '<id>')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replaceAll(/[\w-]{40,}/g, '<random>');
  const named = Object.entries(others).map(([name, value]) => [name, steady(value)] as const);
  return { status, vary: ours, body: steady(body), ...Object.fromEntries(named) };
}

test('what the front door answers by itself is what Next.js answers, refusals included', async () => {
  const database = await startPostgres();
  const shared = { DATABASE_URL: database.url, APP_SECRET: randomBytes(48).toString('base64') };
  const direct = await startServer({ settings: { ...shared, DIRECT_ENTRIES: 'on' } });
  const routed = await startServer({ settings: { ...shared, DIRECT_ENTRIES: 'off' }, publicUrl: direct.origin });
  const sql = postgres(database.url, { max: 1 });
  const driven = new Set<string>();

  /** Sends the same to both, or what each is to get, and compares; answers what each said. */
  async function both(method: string, path: string, sent: Sent | ((of: 0 | 1) => Sent) = {}) {
    const answers = [direct, routed].map((server, of) =>
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
    const authenticators = [
      new SoftwareAuthenticator(direct.origin),
      new SoftwareAuthenticator(direct.origin),
    ] as const;
    for (const authenticator of authenticators) {
      const handle = randomBytes(64);
      const { id, key } = authenticator.create(handle.toString('base64url'));
      const email = `${randomUUID()}@example.com`;
      const [user] =
        await sql`insert into users (name, email, handle) values ('Robin', ${email}, ${handle}) returning id`;
      await sql`insert into passkeys (user_id, credential_id, public_key, aaguid, sign_count, transports, name, backup_eligible,
          backup_state, uv_initialized, attestation_format)
        values (${user!.id}, ${id.toString('base64url')}, ${cbor(key.cose)}, '00000000-0000-0000-0000-000000000000',
          0, '{internal}', 'Phone', false, false, true, 'none')`;
    }
    await sql`insert into clients (id, name, auth_method, secret_hash, redirect_uris, post_logout_redirect_uris, scopes, grant_types)
      values ('machine', 'Machine', 'client_secret_basic', ${hash(SECRET)}, '{}', '{}', '{openid}', '{client_credentials}')`;

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

    const json = { origin: direct.origin, 'content-type': 'application/json', 'user-agent': 'Chrome/150' };

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
      const jars = [new Map<string, string>(), new Map<string, string>()] as const;
      const withCookies = (of: 0 | 1, body: unknown): Sent => {
        const cookie = [...jars[of]].map((pair) => pair.join('=')).join('; ');
        return { headers: { ...json, ...(cookie && { cookie }) }, body: JSON.stringify(body) };
      };
      const keep = (answers: readonly Answer[]) => {
        for (const [of, { headers }] of answers.entries())
          for (const set of (headers['set-cookie'] as string[] | undefined) ?? []) {
            const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
            if (value) jars[of as 0 | 1].set(name, value);
            else jars[of as 0 | 1].delete(name);
          }
        return answers.map(({ body }) => JSON.parse(body));
      };
      const ceremony = async (name: 'authenticate' | 'step-up') => {
        const started = keep(
          await both('POST', `/api/passkeys/${name}/options?return_to=/account/passkeys`, (of) => withCookies(of, {})),
        );
        const answers = started.map(({ challengeId, options }, of) => ({
          challengeId,
          credential: authenticators[of as 0 | 1].signIn(options),
        }));
        const finished = await both('POST', `/api/passkeys/${name}/verify`, (of) => withCookies(of, answers[of]));
        expect(finished[0]).toMatchObject({ status: 200, headers: { 'set-cookie': expect.anything() } });
        keep(finished);
        await both('POST', `/api/passkeys/${name}/verify`, (of) => withCookies(of, answers[of]));
      };
      await ceremony('authenticate');
      await ceremony('step-up');
      keep(await both('POST', '/api/passkeys/register/options', (of) => withCookies(of, {})));
      const shown = (of: 0 | 1) => withCookies(of, {});
      await both('POST', '/api/passkeys/register/options', (of) => ({
        ...shown(of),
        headers: { ...shown(of).headers, 'x-latchkey-shown-as': randomUUID() },
      }));
    });

    await test.step('tokens', async () => {
      const grant = 'grant_type=client_credentials';
      const [issued, alsoIssued] = await both('POST', '/oidc/token', {
        headers: { ...form, authorization: basic(SECRET) },
        body: grant,
      });
      const tokens = [issued, alsoIssued].map(({ body }) => JSON.parse(body).access_token as string);
      expect(tokens[0]).toBeTruthy();
      for (const path of ['/oidc/token', '/oidc/introspect', '/oidc/userinfo']) {
        await both('POST', path, { headers: { ...form, authorization: basic('wrong') }, body: grant });
        await both('POST', path, { headers: form, body: grant });
        await both('POST', path, { headers: { ...form, authorization: basic(SECRET) }, body: 'grant_type=nothing' });
        await both('POST', path, {
          headers: { ...form, authorization: basic(SECRET) },
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
        headers: { ...form, authorization: basic(SECRET) },
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
          headers: { ...form, authorization: basic(SECRET) },
          body: 'grant_type=client_credentials',
        });
    });

    const listed = [...readFileSync('app/direct-entries.ts', 'utf8').matchAll(/^ {2}'(\/[^']+)'/gm)].map(
      ([, path]) => path,
    );
    expect(listed.length).toBeGreaterThan(10);
    expect([...driven].filter((path) => listed.includes(path)).sort()).toEqual(listed.sort());
  } finally {
    await sql.end();
    await direct.end();
    await routed.end();
    await database.stop();
  }
});
