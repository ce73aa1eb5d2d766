import { expect, test } from '@playwright/test';
import { exchange, formOf, startServer } from './own-server';

// What no browser sends: each is answered in a form of ours, and nothing of it is an error that somebody must look into.

type Expected = [status: number, form: 'page' | 'words' | 'json', said?: RegExp];
const forms = {
  page: /^content-type: text\/html/im,
  words: /^content-type: text\/plain/im,
  json: /application\/json/i,
};

test('a request that nothing here could answer is refused in our form, and no error is written down', async () => {
  const server = await startServer();
  const host = `Host: localhost:${server.port}`;
  const origin = `Origin: ${server.origin}`;
  const accept = 'Accept: text/html';

  const sent = async (what: string, [status, form, said]: Expected, lines: string[], ...body: (string | Buffer)[]) => {
    const head = `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`;
    const answer = await exchange(server.port, head, ...body);
    expect.soft(answer, what).toMatchObject({ status, failure: undefined });
    expect.soft(answer.text, what).toMatch(forms[form]);
    expect.soft(answer.text, what).toMatch(said ?? /./);
  };
  const got = (path: string, expected: Expected, ...more: string[]) =>
    sent(path.slice(0, 40), expected, [`GET ${path} HTTP/1.1`, host, accept, ...more]);
  const posted = (path: string, body: string | Buffer, expected: Expected, ...more: string[]) =>
    sent(
      `POST ${path}`,
      expected,
      [`POST ${path} HTTP/1.1`, host, accept, `Content-Length: ${body.length}`, ...more],
      body,
    );

  try {
    await test.step('methods', async () => {
      for (const method of ['TRACE', 'PROPFIND', 'DELETE', 'OPTIONS']) {
        for (const path of ['/', '/sign-in', '/icon.svg', '/_next/static/x.js', '/healthz']) {
          await sent(`${method} ${path}`, [405, 'page'], [`${method} ${path} HTTP/1.1`, host, accept]);
        }
      }
      await sent('TRACE as a program', [405, 'json', /"method_not_allowed"/], ['TRACE /api/passkeys HTTP/1.1', host]);
      await sent('TRACE at the provider', [405, 'json', /"invalid_request"/], ['TRACE /oidc/token HTTP/1.1', host]);
      await sent('a method that is none', [400, 'words'], ['FOO /sign-in HTTP/1.1', host]);
      await sent('a tunnel', [405, 'words'], ['CONNECT example.com:443 HTTP/1.1', 'Host: example.com:443']);
    });

    await test.step('addresses', async () => {
      for (const path of [
        '/recover/%E0%A4%A',
        '/oidc/%E0%A4%A',
        '/%',
        '/_next/static/%zz',
        '/%00',
        '/recover/a%00',
        '*',
      ]) {
        await got(path, [400, 'page', /<h1>This cannot be read<\/h1>/]);
      }
      await got('/api/%zz', [400, 'json', /"invalid_request"/]);
      await got(`/${'a'.repeat(20_000)}`, [431, 'words', /too long/]);
      await got('/sign-in', [431, 'words', /too long/], `Cookie: a=${'a'.repeat(100_000)}`);
    });

    await test.step('broken HTTP', async () => {
      const both = ['Content-Length: 5', 'Transfer-Encoding: chunked'];
      await sent('two lengths', [400, 'words'], ['POST /sign-in HTTP/1.1', host, ...both], '0\r\n\r\n');
      await sent('no HTTP', [400, 'words'], ['hello there']);
      await sent('no host', [400, 'page'], ['GET /sign-in HTTP/1.1', accept]);
      for (const path of ['/sign-in', '/oidc/token', '/api/sign-in/password']) {
        const type = 'Content-Type: multipart/form-data; boundary=B';
        const lines = [`POST ${path} HTTP/1.1`, host, origin, type, 'Transfer-Encoding: chunked'];
        await sent(`a chunk without a length at ${path}`, [400, 'words'], lines, 'zz\r\n');
      }
    });

    await test.step('three million bytes', async () => {
      const big = await formOf(server.origin, '/sign-up', { name: 'a'.repeat(3_000_000), email: 'a@example.com' });
      await posted('/sign-up', big.body, [413, 'page', /<h1>Too much at once</], origin, `Content-Type: ${big.type}`);
      const form = `a=${'a'.repeat(3_000_000)}`;
      const type = 'Content-Type: application/x-www-form-urlencoded';
      for (const path of ['/sign-in', '/nowhere', '/oidc/authorize'])
        await posted(path, form, [413, 'page'], origin, type);
      await sent(
        'a program at the provider',
        [413, 'json', /"invalid_request"/],
        ['POST /oidc/token HTTP/1.1', host, type, `Content-Length: ${form.length}`],
        form,
      );
      const json = JSON.stringify({ email: form });
      await posted(
        '/api/sign-in/password',
        json,
        [413, 'json', /"too_large"/],
        origin,
        'Content-Type: application/json',
      );
    });

    await test.step('actions', async () => {
      const { type, body } = await formOf(server.origin, '/sign-up', { name: 'Robin', email: 'a@example.com' });
      const multipart = `Content-Type: ${type}`;
      const foreign = [accept, multipart, `Content-Length: ${body.length}`, 'Host: evil.example'];
      await sent(
        'a foreign host',
        [421, 'words'],
        ['POST /sign-up HTTP/1.1', ...foreign, 'Origin: http://evil.example'],
        body,
      );
      await posted('/sign-up', body, [403, 'words', /another site/], multipart, 'Origin: https://evil.example');
      for (const id of ['garbage', '', '__proto__', '<script>', 'a'.repeat(5_000)]) {
        await posted('/sign-up', '[]', [400, 'page'], origin, `Next-Action: ${id}`);
      }
      await posted('/sign-up', 'nonsense', [400, 'page'], origin, multipart);
      await posted('/sign-up', body.toString().replace(/"id":"\w/, '"id":"/'), [400, 'page'], origin, multipart);
      await posted('/sign-up', body, [200, 'page', />Check your mail<\/h2>/], origin, multipart);
    });

    await test.step('the log', () => {
      const expectedLine = /^(\{"level":30,|setup link: |Latchkey listens on |✓ |$)/;
      expect(
        server
          .logged()
          .replace(/^--- mail to .*?^---$/gms, '')
          .split('\n')
          .filter((line) => !expectedLine.test(line)),
      ).toEqual([]);
    });
  } finally {
    await server.end();
  }
});
