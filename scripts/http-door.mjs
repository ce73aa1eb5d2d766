// An HTTP server that can be closed without losing a request. Node's own modules only.
import { createServer } from 'node:http';
import { Server } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** How long a connection that rests may still bring a request, and then be told to come back elsewhere. */
const FAREWELL = 2_000;

/** How long new connections are still taken where they come without a pause. */
const LAST_CALL = 500;

/** A server whose requests go to `answer`, which says when it has done its work. */
export function openDoor(answer) {
  const running = new Map();
  let closing = false;

  const server = createServer((request, response) => {
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
    const timer = setInterval(() => performance.now() - start > FAREWELL && server.closeIdleConnections(), 100);
    await ended;
    clearInterval(timer);
    while (running.size) await Promise.all(running.values());
  }

  return { server, listen, close };
}
