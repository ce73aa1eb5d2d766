// An HTTP server that can be closed without losing a request. Node's own modules only.
import { createServer, STATUS_CODES } from 'node:http';
import { Server } from 'node:net';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';

/** How long an idle keep-alive connection may still send a request after a stop has begun, in milliseconds. */
const IDLE_TIMEOUT = 2_000;

/** How long connections are still accepted from the system's queue while new ones keep coming, in milliseconds. */
const ACCEPT_TIMEOUT = 500;

/** How long the work for a client that has gone is still waited for, in milliseconds: Next.js may never say that it is over. */
const GONE_TIMEOUT = 2_000;

/** How long a client that is still sending has to read the error before its connection is destroyed, in milliseconds. */
const ERROR_TIMEOUT = 1_000;

/** The responses to what the HTTP parser refuses, by its error code. */
const parserErrors = {
  HPE_HEADER_OVERFLOW: [
    431,
    'The address or what the browser sent with it is too long. Delete the cookies of this site, then try again.',
  ],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'More was sent than is taken here.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive. Try again.'],
};
const unreadable = [400, 'This could not be read as a request. Reload the page, or open the address in a browser.'];
const noTunnel = [405, 'This is no proxy. Open the address in a browser instead.'];

function respond(socket, [status, words]) {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: text/plain; charset=utf-8',
    `content-length: ${words.length + 1}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
  ];
  socket.on('error', () => undefined).resume();
  socket.end(`${head.join('\r\n')}\r\n\r\n${words}\n`);
  setTimeout(() => socket.destroy(), ERROR_TIMEOUT).unref();
}

/** Creates an HTTP server whose requests go to `handle`, which resolves when all its work is done. */
export function createGracefulServer(handle) {
  const running = new Map();
  let closing = false;

  // A request without a Host header is answered by `handle`, in words.
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    if (closing) response.setHeader('connection', 'close');
    const sent = new Promise((done) => response.once('close', done));
    const worked = Promise.resolve(handle(request, response)).catch((error) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
    const over = sent.then(() =>
      response.writableFinished ? worked : Promise.race([worked, wait(GONE_TIMEOUT, undefined, { ref: false })]),
    );
    running.set(
      response,
      over.then(() => running.delete(response)),
    );
  });

  server.on('clientError', (error, socket) => {
    if (socket.writableEnded) return;
    const halfAnswered = [...running.keys()].some((response) => response.socket === socket && response.headersSent);
    if (!socket.writable || halfAnswered) socket.destroy();
    else respond(socket, parserErrors[error.code] ?? unreadable);
  });
  server.on('connect', (_, socket) => respond(socket, noTunnel));

  const listen = (port, host) =>
    new Promise((done, failed) => {
      server.once('error', failed);
      server.listen(port, host, () => {
        server.off('error', failed);
        done();
      });
    });

  let accepted = 0;
  server.on('connection', () => accepted++);

  /** Accepts the connections in the system's queue, of which Node.js takes one a turn: closing would reset them. */
  async function drainAcceptQueue() {
    const start = performance.now();
    for (let before = -1; before !== accepted && performance.now() - start < ACCEPT_TIMEOUT; ) {
      before = accepted;
      for (let turns = 0; turns < 3; turns++) await turn();
    }
  }

  /** Accepts no new connection, answers the requests that have come, closes idle connections, and resolves when all is done. */
  async function close() {
    closing = true;
    await drainAcceptQueue();
    for (const response of running.keys()) if (!response.headersSent) response.setHeader('connection', 'close');
    // `http.Server.close` begins by cutting idle connections, on which a request may be on its way.
    const ended = new Promise((done) => Server.prototype.close.call(server, done));
    const start = performance.now();
    const timer = setInterval(() => performance.now() - start > IDLE_TIMEOUT && server.closeIdleConnections(), 100);
    await ended;
    clearInterval(timer);
    while (running.size) await Promise.all(running.values());
  }

  return { http: server, listen, close };
}
