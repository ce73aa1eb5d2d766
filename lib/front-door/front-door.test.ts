import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFrontDoor } from '@/lib/front-door';
import { PEER_HEADER } from '@/lib/request-context';
import { withSettings } from '@/tests/setup/settings';

type Door = Parameters<Parameters<typeof openTo>[0]>[0];
function openTo(
  open: (door: {
    meet: (...seen: Parameters<Parameters<typeof createServer>[1] & object>) => Promise<IncomingMessage | undefined>;
  }) => void,
) {
  const globals = globalThis as Record<symbol, unknown>;
  globals[Symbol.for('latchkey.entry')] = { open };
  openFrontDoor(async () => undefined);
  delete globals[Symbol.for('latchkey.entry')];
}

let door: Door;
openTo((handlers) => {
  door = handlers;
});

const seen: IncomingMessage[] = [];
const server = createServer({ requireHostHeader: false }, async (incoming, answer) => {
  const met = await door.meet(incoming, answer);
  if (!met) return;
  seen.push(met);
  answer.end(`in ${(await met.toArray()).join('').length}`);
});
beforeAll(() => new Promise<void>((done) => server.listen(0, '::', done)));
afterAll(() => server.close());

/** An address of this machine by which the network reaches it. */
const fromOutside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

type RequestOptions = { to?: string; host?: string; path?: string; headers?: Record<string, string> };

/** Asks over a real connection, which has this end's address as its peer. */
function ask({ to = '127.0.0.1', host = 'localhost', path = '/outbox', headers = {} }: RequestOptions) {
  const { port } = server.address() as AddressInfo;
  return new Promise<{ status?: number; text: string }>((done, failed) => {
    const sent = request({ host: to, port, path, headers: { host, ...headers } }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => done({ status: answer.statusCode, text }));
    });
    sent.once('error', failed).end();
  });
}

const statusOf = async (options: RequestOptions) => (await ask(options)).status;

describe('on localhost', () => {
  const local = { PUBLIC_URL: 'http://localhost:3000', METRICS_TOKEN: 'm'.repeat(16), CRON_SECRET: 'c'.repeat(16) };

  test.each(['localhost', 'localhost:3000', 'LOCALHOST:9', 'localhost:'])(
    'this machine is answered under our name: %s',
    (host) =>
      withSettings(local, async () => {
        expect(await statusOf({ host })).toBe(200);
        expect(await statusOf({ host, to: '::1' })).toBe(200);
        expect(await statusOf({ host, to: '::ffff:127.0.0.1' })).toBe(200);
      }),
  );

  test.each([
    'evil.example',
    'localhost.evil.example',
    'localhost/evil',
    'evil@localhost',
    'x.localhost',
    'localhost.',
    '127.0.0.1:3000',
    '',
  ])('a foreign name is not, by which a page reaches this machine: %s', (host) =>
    withSettings(local, async () => {
      const { status, text } = await ask({ host });
      expect(status).toBe(421);
      expect(text).toContain('Open http://localhost:3000 instead.');
    }),
  );

  test.runIf(fromOutside)('the network is not, whatever name it forges, and whichever proxy is trusted', () =>
    withSettings({ ...local, TRUSTED_PROXIES: 'private' }, async () => {
      for (const host of ['localhost', 'localhost:3000', `${fromOutside}:3000`]) {
        expect(await statusOf({ to: fromOutside, host })).toBe(421);
        expect(await statusOf({ to: fromOutside, host, headers: { 'x-forwarded-for': '127.0.0.1' } })).toBe(421);
        expect(await statusOf({ to: fromOutside, host, headers: { [PEER_HEADER]: '127.0.0.1' } })).toBe(421);
      }
    }),
  );
});

describe('elsewhere', () => {
  const settings = {
    PUBLIC_URL: 'https://id.example.com',
    ALLOWED_HOSTS: 'old.example.com, [2001:db8::1]',
    TRUSTED_PROXIES: 'none',
    SIGN_UP: 'invite',
    METRICS_TOKEN: 'm'.repeat(16),
    CRON_SECRET: 'c'.repeat(16),
  };

  test('who comes directly names us, or a host that is allowed; the port does not matter', () =>
    withSettings(settings, async () => {
      for (const host of ['id.example.com', 'ID.example.com:8443', 'old.example.com', '[2001:db8::1]:3000']) {
        expect(await statusOf({ host }), host).toBe(200);
      }
      for (const host of [
        'localhost',
        'example.com',
        'id.example.com.evil.example',
        'a@id.example.com',
        'id.example.com/x',
      ]) {
        const { status, text } = await ask({ host });
        expect(status, host).toBe(421);
        expect(text).toMatch(/Open https:\/\/id\.example\.com instead\.[\s\S]*ALLOWED_HOSTS.*TRUSTED_PROXIES/);
      }
    }));

  test('what a trusted proxy passes on is not judged', () =>
    withSettings({ ...settings, TRUSTED_PROXIES: 'loopback' }, async () => {
      expect(await statusOf({ host: 'latchkey:3000' })).toBe(200);
      if (fromOutside) expect(await statusOf({ to: fromOutside, host: 'latchkey:3000' })).toBe(421);
    }));

  test('probes are answered under any name, counters and jobs only to who has their token', () =>
    withSettings(settings, async () => {
      const host = '10.0.0.7:3000';
      for (const path of ['/healthz', '/readyz', '/healthz?x']) expect(await statusOf({ host, path }), path).toBe(200);
      for (const path of [
        '/healthzfoo',
        '/healthz/',
        '//healthz',
        '/HEALTHZ',
        '/metrics',
        '/api/jobs',
        '/api/jobs/x',
      ]) {
        expect(await statusOf({ host, path }), path).toBe(421);
      }
      const bearing = (token: string) => ({ authorization: `Bearer ${token.repeat(16)}` });
      expect(await statusOf({ host, path: '/metrics', headers: bearing('m') })).toBe(200);
      expect(await statusOf({ host, path: '/api/jobs', headers: bearing('c') })).toBe(200);
      expect(await statusOf({ host, path: '/metrics', headers: bearing('c') })).toBe(421);
      expect(await statusOf({ host, path: '/sign-in', headers: bearing('m') })).toBe(421);
    }));

  test.each(['id.example.com', 'id.example.com:8443', 'latchkey:3000'])(
    'whoever is let in is at our address and no other from then on: %s',
    (host) =>
      withSettings(
        { ...settings, PUBLIC_URL: 'https://id.example.com:8443', TRUSTED_PROXIES: 'loopback' },
        async () => {
          const headers = { 'x-forwarded-host': 'evil.example, id.example.com', 'x-forwarded-proto': 'http' };
          for (const forged of [{}, headers]) {
            expect(await statusOf({ host, headers: forged })).toBe(200);
            expect(seen.at(-1)?.headers).toMatchObject({
              host: 'id.example.com:8443',
              'x-forwarded-host': 'id.example.com:8443',
              'x-forwarded-proto': 'https',
            });
          }
        },
      ),
  );

  test('a host in the target counts more than the one beside it', () =>
    withSettings(settings, async () => {
      expect(await statusOf({ host: 'id.example.com', path: 'http://evil.example/healthz/x' })).toBe(421);
      expect(await statusOf({ host: 'evil.example', path: 'https://id.example.com?a=b' })).toBe(200);
      expect(seen.at(-1)).toMatchObject({ url: '/?a=b', headers: { host: 'id.example.com' } });
    }));

  test('a request without any host, as HTTP/1.0 allows, is not for us', () =>
    withSettings(settings, async () => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      socket.end('GET / HTTP/1.0\r\n\r\n');
      const [first] = await socket.toArray();
      expect(String(first)).toMatch(/^HTTP\/1\.1 421 /);
    }));
});

test('J2: the true peer is written over whatever a client sends under that name', async () => {
  const forged = { [PEER_HEADER]: '198.51.100.66' };
  expect(await statusOf({ headers: forged })).toBe(200);
  expect(seen.at(-1)?.headers[PEER_HEADER]).toBe('::ffff:127.0.0.1');
});
