import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a server and Postgres, passes everything on, and counts what the server asks for. */
export async function startTap(databaseUrl: string) {
  const { hostname, port } = new URL(databaseUrl);
  const counts = { roundTrips: 0, statements: 0, bytes: 0 };
  const open = new Set<Socket>();

  const tap = createServer({ noDelay: true }, (client) => {
    const database = connect({ host: hostname, port: Number(port || 5432), noDelay: true });
    const read = messageReader((type) => {
      if (isWaitedFor(type)) counts.roundTrips += 1;
      if (isStatement(type)) counts.statements += 1;
    });
    client.on('data', read);
    pass(client, database);
    pass(database, client);
  });

  function pass(from: Socket, to: Socket) {
    open.add(from);
    from.on('data', (chunk) => {
      counts.bytes += chunk.length;
      to.write(chunk);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      open.delete(from);
      to.destroy();
    });
  }

  await once(tap.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(tap.address() as AddressInfo).port}`;
  const stop = async () => {
    for (const socket of open) socket.destroy();
    tap.close();
  };
  return { url: url.href, counts, stop };
}

// PostgreSQL's protocol, "Message Formats": Query asks and waits at once; otherwise Execute asks, and Sync or Flush waits.
const isWaitedFor = (type: string) => ['Q', 'S', 'H'].includes(type);
const isStatement = (type: string) => ['Q', 'E'].includes(type);

/** Tells the type of every message of a client, however the network has cut them; the first has none. */
function messageReader(seen: (type: string) => void) {
  let buffered: Buffer = Buffer.alloc(0);
  let typeLength = 0;
  return (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= typeLength + 4) {
      const length = typeLength + buffered.readUInt32BE(typeLength);
      if (buffered.length < length) return;
      if (typeLength) seen(buffered.toString('latin1', 0, 1));
      buffered = buffered.subarray(length);
      typeLength = 1;
    }
  };
}
