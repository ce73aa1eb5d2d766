import { once } from 'node:events';
import { IncomingMessage, request, Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { afterResponse } from '@/lib/after-response';
import { withSettings } from '@/tests/setup/settings';
import { answerDirectly, entryOf, openDirectEntries } from './direct';

const GET = () => new Response('ok');
const entries = { '/healthz': { GET, dynamic: 'force-dynamic' }, '/oidc/token': { POST: GET } };
const asked = (method: string, url: string) =>
  entryOf(Object.assign(new IncomingMessage(new Socket()), { method, url })) !== undefined;

const functions = {
  VERCEL: '1',
  PUBLIC_URL: 'https://id.example.com',
  APP_SECRET: 'Q7xk2mVt9bLr4nWc8pZs1dHf6gJy3aEu',
  DATABASE_URL: 'postgres://h/d',
};

const open = (opened: object) =>
  withSettings({ DIRECT_ENTRIES: 'on' }, () => openDirectEntries(async () => ({ ...opened })));
beforeEach(() => open(entries));
afterEach(() => open({}));

test.each([
  ['GET', '/healthz', true],
  ['GET', '/healthz?x=/oidc/token', true],
  ['HEAD', '/healthz', false],
  ['POST', '/healthz', false],
  ['dynamic', '/healthz', false],
  ['toString', '/healthz', false],
  ['GET', '/healthz/', false],
  ['GET', '//healthz', false],
  ['GET', '/HEALTHZ', false],
  ['GET', '/%68ealthz', false],
  ['GET', '/x/../healthz', false],
  ['GET', '/healthz#x', false],
  ['GET', 'constructor', false],
  ['POST', '/oidc/token', true],
  ['POST', '/oidc/Token', false],
])('only a path as it is listed, with a method that its file exports: %s %s', (method, url, isDirect) => {
  expect(asked(method, url)).toBe(isDirect);
});

test('where they are switched off, in development and where a platform calls functions, there are none', async () => {
  await open({});
  const closed: Record<string, string>[] = [{ DIRECT_ENTRIES: 'off' }, { NODE_ENV: 'development' }, functions];
  for (const settings of closed) {
    await withSettings(settings, () => openDirectEntries(async () => entries));
    expect(asked('GET', '/healthz'), JSON.stringify(settings)).toBe(false);
  }
});

test('work for after the response waits for it, holds it up by nothing, and is waited for by the process', async () => {
  const order: string[] = [];
  let finish: () => void = () => undefined;
  const entry = async () => {
    await afterResponse('first', async () => {
      order.push('task');
      await new Promise<void>((done) => {
        finish = done;
      });
      await afterResponse('second', async () => void order.push('task of the task'));
    });
    order.push('answer');
    return new Response('here', {
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    });
  };
  const server = new Server();
  const done = once(server, 'request').then(async ([incoming, response]) => {
    await answerDirectly(entry, incoming, Buffer.alloc(0), response);
    order.push('done');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sent = request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, path: '/healthz' }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  expect(await text(response)).toBe('here');
  expect(response.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(order).not.toContain('done');
  await expect.poll(() => order).toEqual(['answer', 'task']);
  finish();
  await done;
  expect(order).toEqual(['answer', 'task', 'task of the task', 'done']);
  server.close();
});

/** Answers one request with this entry, which is asked by `ask`. */
async function answering(entry: () => Promise<Response>, ask: (port: number) => void) {
  const server = new Server();
  const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ask((server.address() as AddressInfo).port);
  const [incoming, response] = await asked;
  const done = answerDirectly(entry, incoming, Buffer.alloc(0), response).finally(() => server.close());
  return { response, done };
}

test('of whoever leaves before the answer the request is over all the same, and the work after it is done', async () => {
  let release: () => void = () => undefined;
  let ran = false;
  const entry = async () => {
    await afterResponse('work', async () => {
      ran = true;
    });
    await new Promise<void>((go) => {
      release = go;
    });
    return new Response('here');
  };
  let socket: Socket | undefined;
  const { response, done } = await answering(entry, (port) => {
    socket = connect(port, '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  });
  const gone = once(response, 'close');
  socket!.destroy();
  await gone;
  release();
  await done;
  expect(ran).toBe(true);
});

test('an entry that throws is answered with 500 and the headers of every answer, and none of its words; what it left to be done after is done', async () => {
  let ran = false;
  const thrown = async () => {
    await afterResponse('work', async () => {
      ran = true;
    });
    throw new Error('secret-of-a-bug');
  };
  let answer: Promise<IncomingMessage> | undefined;
  const { done } = await answering(thrown, (port) => {
    answer = once(request({ host: '127.0.0.1', port, path: '/api/x' }).end(), 'response').then(([one]) => one);
  });
  const response = await answer!;
  expect(response.statusCode).toBe(500);
  expect(response.headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-store' });
  expect(response.headers['x-request-id']).toBeTruthy();
  expect(await text(response)).not.toContain('secret');
  await done;
  expect(ran).toBe(true);
});
