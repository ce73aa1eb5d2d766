import { createConnection, type Socket } from 'node:net';
import postgres from 'postgres';
import { parse } from 'postgres-array';
import type { readDatabaseUrl } from '@/lib/config';
import { isAway } from './unavailable';

/** What a URL says, read and checked. */
export type Address = ReturnType<typeof readDatabaseUrl>;

const settings = ({ host, port, path, username, password, database, ...address }: Address, isLimited: boolean) => ({
  max: 1,
  ...{ host, port, path, username, password, database },
  ...{ ssl: address.ssl, sslnegotiation: address.sslnegotiation, target_session_attrs: address.target_session_attrs },
  connect_timeout: address.connect_timeout,
  connection: { ...address.connection, ...(isLimited && address.limits) } as object,
  // A question on every connection whose failure nobody could catch; it is about arrays only, and those are below.
  fetch_types: false,
  // The pool ends what rests. This ends what connects when it is no longer wanted.
  idle_timeout: 900,
  max_lifetime: null,
  onnotice: () => undefined,
});

const arrayOf = (read: (value: string) => unknown) => (source: string) => parse(source, read);
const [textArray, numberArray] = [arrayOf(String), arrayOf(Number)];

/** How arrays are read, by the number that Postgres has for their type (`typarray` in `pg_type`), as PGlite reads them. */
const arrayParsers = {
  1000: arrayOf((value) => value === 't'),
  ...{ 1005: numberArray, 1007: numberArray, 1021: numberArray, 1022: numberArray },
  ...{ 1009: textArray, 1015: textArray, 1016: textArray, 2951: textArray },
};

/** Where to connect and how values are read and written, as postgres.js has it; connects to nothing. */
export const optionsOf = (address: Address) => postgres(settings(address, false) as object).options;

/** A broken connection, in the words of postgres.js, which `isUnavailable` knows. */
export const connectionError = (code: 'CONNECT_TIMEOUT' | 'CONNECTION_CLOSED' | 'CONNECTION_ENDED') =>
  Object.assign(new Error(`database ${code}`), { code });

export type Statement = { parameters?: unknown[]; isRaw?: boolean; patience?: number };
export type Connection = ReturnType<typeof connect>;

/**
 * One connection, made by its first statement, which throws what kept it from that. Once lost it is lost for good, and
 * `onLost` is called, at once and once: postgres.js by itself would connect again and mix up what went on before with
 * what comes after (decision 0024).
 */
export function connect(
  { address, isLimited }: { address: Address; isLimited: boolean },
  { parsers, serializers }: Options,
  onLost: () => void,
) {
  let loss: Error | undefined;
  let refuse: (why: Error) => void = () => undefined;
  const lose = (code: 'CONNECTION_CLOSED' | 'CONNECTION_ENDED') => {
    if (loss) return;
    loss = connectionError(code);
    refuse(loss);
    onLost();
  };
  const closed = () => lose('CONNECTION_CLOSED');
  const sockets: Socket[] = [];
  const defaults = { ...eachHostOnce(closed, (socket) => sockets.push(socket)), onclose: closed };
  const sql = postgres({ ...settings(address, isLimited), ...defaults } as object);
  Object.assign(sql.options.parsers, arrayParsers, parsers);
  Object.assign(sql.options.serializers, serializers);

  /**
   * Sends a statement, after the last one, and answers its rows, as lists where `isRaw`; rejects as soon as the connection
   * is lost. One that says nothing for so many milliseconds is given up: a server that lives would have ended the statement.
   */
  async function send(query: string, { parameters = [], isRaw, patience }: Statement) {
    if (loss) throw loss;
    // Prepared it takes one network round trip and is planned once a connection (decision 0004).
    const sent = sql.unsafe(query, parameters as never[], { prepare: address.prepare });
    let late: NodeJS.Timeout | undefined;
    try {
      return await new Promise<unknown>((resolve, reject) => {
        refuse = reject;
        (isRaw ? sent.values() : sent).then(resolve, reject);
        if (patience) late = setTimeout(() => reject(connectionError('CONNECT_TIMEOUT')), patience);
      });
    } catch (error) {
      // At once: between the error of a socket and its end, postgres.js takes statements, and sends them over the next one.
      if (isAway(error) || (error as { severity?: string }).severity === 'FATAL') void drop();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  /** Ends the connection, whatever runs on it; a server that hangs does not end it from its side. */
  async function drop() {
    lose('CONNECTION_ENDED');
    setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, 1_000).unref();
    await sql.end({ timeout: 0 });
  }

  return { send, drop, isLost: () => Boolean(loss), since: performance.now() };
}

/**
 * Makes a socket to each host of the URL in turn, each once. By itself postgres.js tries for ever, and without a pause, where
 * a connection is closed before it is of use, as proxies do that have no server behind them.
 */
function eachHostOnce(onEnd: () => void, onSocket: (socket: Socket) => void) {
  let tried = 0;
  const socket = ({ host, port, path }: Pick<Options, 'host' | 'port'> & { path?: string }) => {
    const index = tried++;
    if (index === host.length) {
      onEnd();
      throw connectionError('CONNECTION_CLOSED');
    }
    // The name is read from the socket for TLS.
    const made = path ? createConnection(path) : createConnection(port[index]!, host[index]);
    onSocket(made);
    return Object.assign(made, { host: host[index] });
  };
  return { socket } as object; // in its readme, not in its types
}

export type Options = ReturnType<typeof optionsOf>;
