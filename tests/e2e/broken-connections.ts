import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A forward proxy that can cut what is posted through it: before the answer begins, or within the answer. */
export async function brokenConnections() {
  let where: 'before' | 'within' | undefined;
  const server = createServer((asked, answer) => {
    const cut = asked.method === 'POST' ? where : undefined;
    if (cut === 'before') return asked.socket.destroy();
    const { method, headers } = asked;
    const passedOn = request(asked.url ?? '', { method, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      if (!cut) return given.pipe(answer);
      given.once('data', (part: Buffer) => {
        answer.write(part.subarray(0, 20));
        setTimeout(() => asked.socket.destroy(), 100);
      });
    });
    passedOn.on('error', () => asked.socket.destroy());
    asked.pipe(passedOn);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: (next: typeof where) => {
      where = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
