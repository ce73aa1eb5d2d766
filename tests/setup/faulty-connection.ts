import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

type Trouble = {
  /** What becomes of a new connection: it is let through, closed at once, or left without a word. */
  takes: 'through' | 'nowhere' | 'without-a-word';
  /** What the server says is cut off, with the connection, where this comes to pass. */
  cutsAt?: (said: Buffer) => boolean;
  /** Nothing gets through in either direction, and nobody is told. */
  hangs?: boolean;
  /** What a client says is changed on the way, or is answered, at once or after a while, and that is all. */
  changes?: (said: Buffer) => Buffer | { answer: Buffer; after?: number };
};

/** A line to a server that can go wrong, with how many connections it took and how many of its ends are open. */
export async function troubledLine(server: string) {
  const { hostname, port } = new URL(server);
  const fault: Trouble = { takes: 'through' };
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  /** As where a firewall forgets a connection: nobody is told until the next word. */
  const forget = () => {
    for (const client of clients) client.removeAllListeners('data').on('data', () => client.resetAndDestroy());
  };

  const line = createServer((client) => {
    clients.add(keep(client));
    if (fault.takes === 'nowhere') return client.end();
    if (fault.takes === 'without-a-word') return;
    const upstream = keep(connect(Number(port || 5432), hostname));
    const pass = (said: Buffer) => {
      if (fault.hangs) return;
      const changed = fault.changes?.(said) ?? said;
      if ('answer' in changed) setTimeout(() => client.end(changed.answer), changed.after ?? 0);
      else upstream.write(changed);
    };
    client.on('data', pass).on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    upstream.on('data', (said) => {
      if (fault.hangs) return;
      if (!fault.cutsAt?.(said)) return client.write(said);
      client.write(said.subarray(0, said.length / 2));
      client.end();
      upstream.destroy();
    });
  });
  await once(line.listen(0, '127.0.0.1'), 'listening');

  const url = new URL(server);
  url.host = `127.0.0.1:${(line.address() as AddressInfo).port}`;
  const stop = () => {
    cut();
    line.close();
  };
  return { url, trouble: fault, cut, forget, open: () => sockets.size, taken: () => clients.size, stop };
}
