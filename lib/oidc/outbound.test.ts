import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { withSettings } from '@/tests/setup/settings';
import { guardedFetch, isReachable } from './outbound';

const open: { close: () => void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const listed = (host: string, run: () => Promise<Response>) => withSettings({ PRIVATE_CLIENTS: host }, run);

describe('what a client names is fetched (H19, T19)', () => {
  test.each([
    'http://example.com/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://localhost/',
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://172.16.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[fc00::1]/',
    'https://[fe80::1]/',
    'https://[::7f00:1]/',
    'https://[::10.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b:1::a00:1]/',
    'https://[::ffff:0:a00:1]/',
    'https://[2002:7f00:1::1]/',
    'https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
    'https://[2a00:1450:4001::5efe:10.0.0.1]/',
    'https://[2a00:1450:4001:0:200:5efe:a00:1]/',
    'https://[fec0::1]/',
    'https://[ff02::1]/',
    'https://[100::1]/',
    'https://[2001:db8::1]/',
    'https://[3fff::1]/',
    'https://[4000::1]/',
    'https://[5f00::1]/',
  ])('never from %s', async (url) => {
    await expect(guardedFetch(url)).rejects.toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' });
  });

  test.each(['1.1.1.1', '192.0.1.1', '2606:4700::1111', '2001:4860:4860::8888', '2a00:1450:4001:5efe::1'])(
    'from %s, which is public',
    (address) => expect(isReachable(address)).toBe(true),
  );

  test('from a private address only where the operator lists it, by that name and port alone', async () => {
    const host = await serve((_, answer) => answer.end('hello'));
    await expect(guardedFetch(`http://${host}/`)).rejects.toThrow('not https');
    expect(await (await listed(host, () => guardedFetch(`http://${host}/`))).text()).toBe('hello');
    await expect(listed('127.0.0.1:1', () => guardedFetch(`http://${host}/`))).rejects.toThrow('not https');
  });

  test('without following a redirect', async () => {
    const host = await serve((_, answer) => answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
    expect((await listed(host, () => guardedFetch(`http://${host}/`))).status).toBe(302);
  });

  test('no further than 64 KB', async () => {
    const host = await serve((_, answer) => answer.end('x'.repeat(70_000)));
    await expect(listed(host, () => guardedFetch(`http://${host}/`))).rejects.toThrow('more than');
  });

  test.each(['no length', '100'])(
    'no longer than the connection, when it is cut in an answer of %s',
    async (length) => {
      const promised = length === '100' ? { 'content-length': length } : undefined;
      const host = await serve((_, answer) => {
        answer.writeHead(200, promised).write('x', () => setTimeout(() => answer.socket?.destroy(), 50));
      });
      await expect(listed(host, () => guardedFetch(`http://${host}/`))).rejects.toThrow();
    },
  );

  test('no longer than three seconds, even when a little comes all the time', async () => {
    const host = await serve((_, answer) => {
      const drip = setInterval(() => answer.write('x'), 100);
      answer.on('close', () => clearInterval(drip));
    });
    await expect(listed(host, () => guardedFetch(`http://${host}/`))).rejects.toThrow();
  });

  test('with the body and the headers that were given', async () => {
    const host = await serve((request, answer) =>
      request.pipe(answer.writeHead(200, { 'x-got': request.method ?? '' })),
    );
    const answer = await listed(host, () =>
      guardedFetch(`http://${host}/`, { method: 'POST', body: new URLSearchParams({ a: 'ä' }) }),
    );
    expect(await answer.text()).toBe('a=%C3%A4');
  });
});
