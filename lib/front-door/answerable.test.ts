import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFrontDoor } from '@/lib/front-door';

type Meet = (request: IncomingMessage, response: ServerResponse) => Promise<IncomingMessage | undefined>;
const everywhere = globalThis as Record<symbol, unknown>;
const entry = Symbol.for('latchkey.entry');
let meet: Meet;
everywhere[entry] = {
  open: (door: { meet: Meet }) => {
    meet = door.meet;
  },
};
openFrontDoor(async () => undefined);
delete everywhere[entry];

/** What was asked for and not handed on. */
const stored: (string | undefined)[] = [];
const server = createServer({ requireHostHeader: false }, async (request, response) => {
  const met = await meet(request, response);
  if (!met) return void stored.push(request.url);
  const body = Buffer.concat(await met.toArray());
  response.end(`${met.method} ${met.url} ${body.length} ${met.headers['content-length']}`);
});
beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
afterAll(() => server.close());

const HOST = 'Host: localhost:3000';

/** Sends these bytes, and answers with everything that came back. */
async function send(head: string[], body = '') {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`${head.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`);
  const text = Buffer.concat(await socket.toArray()).toString();
  return { status: Number(text.split(' ')[1]), text };
}
const get = (target: string, ...headers: string[]) => send([`GET ${target} HTTP/1.1`, HOST, ...headers]);
const post = (path: string, body: string, ...headers: string[]) =>
  send([`POST ${path} HTTP/1.1`, HOST, `Content-Length: ${body.length}`, ...headers], body);

test.each(['/recover/%E0%A4%A', '/%', '/%00', '/a%00b', '/recover/%C3', '/_next/static/%zz', '*', 'ftp://a/b', '//['])(
  'an address that nobody can read is refused with a page: %s',
  async (target) => {
    const { status, text } = await get(target, 'Accept: text/html');
    expect([status, text]).toEqual([400, expect.stringMatching(/text\/html[\s\S]*<h1>This cannot be read<\/h1>/)]);
    expect(text).toMatch(/x-request-id: [\da-f-]{36}/);
  },
);

test('programs get the form of their interface', async () => {
  expect((await get('/api/%zz')).text).toMatch(/application\/json[\s\S]*"error":\{"code":"invalid_request"/);
  expect((await get('/oidc/%E0%A4%A')).text).toMatch(/application\/json[\s\S]*"error":"invalid_request"/);
});

test('what a question holds is not judged, nor an address that can be read', async () => {
  for (const target of ['/sign-in?return_to=%E0%A4%A', '/sign-in?a=%00', '/%D8%B9%F0%9F%91%A9', '/a%2Fb', '/']) {
    expect((await get(target)).text, target).toContain(`GET ${target} 0`);
  }
});

test('a method that nothing here takes is refused, and which are taken is said', async () => {
  for (const method of ['TRACE', 'PROPFIND', 'QUERY', 'DELETE', 'OPTIONS']) {
    const { status, text } = await send([`${method} /sign-in HTTP/1.1`, HOST]);
    expect([status, text]).toEqual([405, expect.stringContaining('allow: GET, HEAD, POST\r\n')]);
  }
  expect((await send(['TRACE /api/passkeys HTTP/1.1', HOST])).text).toContain('"code":"method_not_allowed"');
  for (const [method, path] of [
    ['DELETE', '/api/passkeys/1'],
    ['OPTIONS', '/oidc/token'],
    ['OPTIONS', '/.well-known/openid-configuration'],
    ['HEAD', '/sign-in'],
  ]) {
    expect((await send([`${method} ${path} HTTP/1.1`, HOST])).status, path).toBe(200);
  }
});

test('a request names one host', async () => {
  expect((await send(['GET / HTTP/1.1'])).status).toBe(400);
  expect((await send(['GET / HTTP/1.1', HOST, HOST])).status).toBe(400);
});

test('a body goes on whole, and one that is too large is refused whichever way it came', async () => {
  expect((await post('/sign-in', 'x'.repeat(900_000))).text).toContain('POST /sign-in 900000 900000');
  const chunked = (length: number) =>
    send(
      ['POST /sign-in HTTP/1.1', HOST, 'Transfer-Encoding: chunked'],
      `${length.toString(16)}\r\n${'x'.repeat(length)}\r\n0\r\n\r\n`,
    );
  expect((await chunked(900_000)).text).toContain('POST /sign-in 900000 900000');
  for (const answer of [await post('/sign-in', 'x'.repeat(3_000_000)), await chunked(3_000_000)]) {
    expect([answer.status, answer.text]).toEqual([413, expect.stringContaining('<h1>Too much at once</h1>')]);
  }
  expect((await post('/api/passkeys', 'x'.repeat(3_000_000))).text).toContain('"code":"too_large"');
});

test('who leaves while a body still comes leaves nothing behind', async () => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`POST /half HTTP/1.1\r\n${HOST}\r\nContent-Length: 100\r\n\r\nhalf`);
  server.once('request', () => socket.destroy());
  await expect.poll(() => stored, { timeout: 10_000 }).toContain('/half');
});

const action = 'a'.repeat(42);
test('an action that no build could have is refused, before Next.js writes it down as an error', async () => {
  for (const id of ['garbage', '', '__proto__', 'a'.repeat(41)]) {
    expect((await post('/sign-in', '[]', `Next-Action: ${id}`)).status, id).toBe(400);
  }
  expect((await post('/sign-in', '[]', `Next-Action: ${action}`)).status).toBe(200);
});

test('a form in parts that cannot be taken apart is refused', async () => {
  const type = 'Content-Type: multipart/form-data; boundary=B';
  const field = (name: string, value: string) =>
    `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const sent = (...fields: string[]) => post('/sign-in', `${fields.join('')}--B--\r\n`, type);
  expect((await post('/sign-in', 'nonsense', type)).status).toBe(400);
  expect((await post('/sign-in', 'nonsense', 'Content-Type: multipart/form-data')).status).toBe(400);
  expect((await sent(field('$ACTION_REF_1', ''))).status).toBe(400);
  expect((await sent(field('$ACTION_REF_1', ''), field('$ACTION_1:0', '{'))).status).toBe(400);
  expect((await sent(field('$ACTION_ID_zz', ''))).status).toBe(400);
  expect((await sent(field(`$ACTION_ID_${action}`, ''), field('email', 'a@b.example'))).status).toBe(200);
  expect((await sent(field('$ACTION_REF_1', ''), field('$ACTION_1:0', `{"id":"${action}"}`))).status).toBe(200);
});
