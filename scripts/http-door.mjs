// An HTTP server that can be closed without losing a request. Node's own modules only.
import { createServer, STATUS_CODES } from 'node:http';
import { Server } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** How long a connection that rests may still bring a request, and then be told to come back elsewhere. */
const CLOSE_TIMEOUT = 2_000;

/** How long new connections are still taken where they come without a pause. */
const LAST_CALL = 500;

/** How long somebody who still sends may take to read that it was in vain. */
const LAST_WORDS = 1_000;

/** What is said to somebody who did not speak HTTP, or said too much. */
const broken = {
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
  setTimeout(() => socket.destroy(), LAST_WORDS).unref();
}

/** A server whose requests go to `answer`, which says when it has done its work. */
export function openDoor(answer) {
  const running = new Map();
  let closing = false;

  // Who names no host is told so by `answer`, in words.
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    if (closing) response.setHeader('connection', 'close');
    const sent = new Promise((done) => response.once('close', done));
    const worked = Promise.resolve(answer(request, response)).catch((error) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
    running.set(
      response,
      Promise.all([sent, worked]).then(() => running.delete(response)),
    );
  });

  server.on('clientError', (error, socket) => {
    if (socket.writableEnded) return;
    const halfAnswered = [...running.keys()].some((response) => response.socket === socket && response.headersSent);
    if (!socket.writable || halfAnswered) socket.destroy();
    else respond(socket, broken[error.code] ?? unreadable);
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

  let taken = 0;
  server.on('connection', () => taken++);

  /** The system has let in some that we have not seen yet, one of whom Node.js takes in a turn; they would be cut. */
  async function takeWhoWaits() {
    const start = performance.now();
    for (let before = -1; before !== taken && performance.now() - start < LAST_CALL; ) {
      before = taken;
      for (let turns = 0; turns < 3; turns++) await turn();
    }
  }

  /** Takes no new connection, answers what has come, tells connections that rest to leave, and ends when all is done. */
  async function close() {
    closing = true;
    await takeWhoWaits();
    for (const response of running.keys()) if (!response.headersSent) response.setHeader('connection', 'close');
    // Of http.Server's own close the first thing is to cut connections that rest, while a request may be on its way.
    const ended = new Promise((done) => Server.prototype.close.call(server, done));
    const start = performance.now();
    const timer = setInterval(() => performance.now() - start > CLOSE_TIMEOUT && server.closeIdleConnections(), 100);
    await ended;
    clearInterval(timer);
    while (running.size) await Promise.all(running.values());
  }

  return { server, listen, close };
}
