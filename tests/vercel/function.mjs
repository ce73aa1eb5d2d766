// One function of a build, in a process of its own as on the platform: its handler behind a server, as the launcher says.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';

const [folder, config] = process.argv.slice(2);
const { handler, useWebApi } = JSON.parse(config);
const pending = [];
globalThis[Symbol.for('@vercel/request-context')] = { get: () => ({ waitUntil: (promise) => pending.push(promise) }) };
const answer = createRequire(join(folder, 'x'))(join(folder, handler));

const server = createServer(useWebApi ? asWeb : answer);
server.listen(0, '127.0.0.1', () => process.send(server.address().port));

/** The interface of the web, which functions for middleware have. */
async function asWeb(request, response) {
  const url = `https://${request.headers.host}${request.url}`;
  const { status, headers, body } = await answer(
    new Request(url, { method: request.method, headers: request.headers }),
  );
  for (const [name, value] of headers) response.appendHeader(name, value);
  response.writeHead(status);
  if (body) Readable.fromWeb(body).pipe(response);
  else response.end();
}
