import type postgres from 'postgres';
import { type Connection, connect, connectionError, optionsOf } from './connection';
import { persistently } from './transaction';
import { isUnavailable } from './unavailable';

// In milliseconds: how long a connection rests unused, how old it grows, and how long `close` waits for it.
const REST = 5 * 60_000;
const AGE = 45 * 60_000;
const FAREWELL = 5_000;

type Send = Connection['send'];
type Waiter = { resolve: (connection: Connection | Promise<never>) => void; late?: NodeJS.Timeout };

/**
 * Connections to Postgres, at most `size`, each of which does one thing at a time: a statement or a transaction. To
 * Drizzle it is a client of postgres.js. Why it is not the pool of postgres.js itself: decision 0024.
 */
export function openPool(url: string, size: number) {
  const options = optionsOf(url);
  // An hour at most, and where the URL says 0, which is "without end" to libpq.
  const patience = Math.min(options.connect_timeout || 3600, 3600) * 1000;
  const resting: { connection: Connection; timer: NodeJS.Timeout }[] = [];
  const waiting: Waiter[] = [];
  const open = new Set<Connection>();
  let isClosed = false;
  let whenEmpty: () => void = () => undefined;

  /** A free connection, the one used last before a new one. Throws when none comes free in time. */
  const take = () =>
    new Promise<Connection>((resolve, reject) => {
      if (isClosed) return reject(connectionError('CONNECTION_ENDED'));
      const waiter: Waiter = { resolve };
      waiting.push(waiter);
      serve();
      if (!waiting.includes(waiter)) return;
      waiter.late = setTimeout(() => {
        waiting.splice(waiting.indexOf(waiter), 1);
        reject(connectionError('CONNECT_TIMEOUT'));
      }, patience);
    });

  function serve() {
    while (waiting.length && (resting.length || open.size < size)) {
      const { resolve, late } = waiting.shift()!;
      clearTimeout(late);
      const rested = resting.pop();
      clearTimeout(rested?.timer);
      resolve(rested?.connection ?? openOne());
    }
  }

  function openOne() {
    const connection = connect(url, options, () => forget(connection));
    open.add(connection);
    return connection;
  }

  function forget(connection: Connection) {
    open.delete(connection);
    const index = resting.findIndex((rested) => rested.connection === connection);
    if (index !== -1) clearTimeout(resting.splice(index, 1)[0]!.timer);
    if (!open.size) whenEmpty();
    serve();
  }

  function give(connection: Connection) {
    if (connection.isLost()) return;
    if (isClosed || performance.now() - connection.since > AGE) return void connection.drop();
    resting.push({ connection, timer: setTimeout(connection.drop, REST).unref() });
    serve();
  }

  /** When the database went away, it did so for those who rest as well, whether they know it yet or not. */
  async function using<T>(work: (connection: Connection) => Promise<T>) {
    const connection = await take();
    try {
      return await work(connection);
    } catch (error) {
      if (isUnavailable(error)) for (const rested of [...resting]) void rested.connection.drop();
      throw error;
    } finally {
      give(connection);
    }
  }

  /** Lets what runs finish, five seconds at most; who still waits for a connection is refused. */
  async function close() {
    isClosed = true;
    for (const { resolve, late } of waiting.splice(0)) {
      clearTimeout(late);
      resolve(Promise.reject(connectionError('CONNECTION_ENDED')));
    }
    const empty = new Promise<void>((resolve) => {
      whenEmpty = resolve;
    });
    for (const { connection } of [...resting]) void connection.drop();
    if (open.size) await Promise.race([empty, new Promise((resolve) => setTimeout(resolve, FAREWELL).unref())]);
    await Promise.all([...open].map((connection) => connection.drop()));
  }

  const client = {
    options,
    ...statements((...statement) => persistently(() => using(({ send }) => send(...statement)))),
    begin: <T>(work: (tx: postgres.Sql) => Promise<T>) => using((connection) => transact(connection, work)),
  };
  return { client: client as unknown as postgres.Sql, close };
}

/** As much of a client of postgres.js as Drizzle uses: whether rows or lists are wanted, it says after the call. */
function statements(send: Send) {
  const unsafe = (query: string, parameters?: unknown[]) => {
    let isRaw = false;
    const answer = Promise.resolve().then(() => send(query, parameters, isRaw));
    const values = () => {
      isRaw = true;
      return answer;
    };
    return Object.assign(answer, { values });
  };
  return { unsafe };
}

/**
 * Runs `work` in a transaction, its statements one after the other, and commits unless it or any of its statements failed,
 * also one whose error it caught: Postgres would roll back then, and say so in a word that nobody reads.
 */
async function transact<T>({ send, drop }: Connection, work: (tx: postgres.Sql) => Promise<T>) {
  let last: Promise<unknown> = send('begin');
  let failed: { error: unknown } | undefined;
  let isOver = false;
  const inTurn: Send = (...statement) => {
    if (isOver) throw new Error('a statement of a transaction that is over');
    const sent = last.then(() => send(...statement));
    last = sent.catch((error) => {
      failed ??= { error };
    });
    return sent;
  };
  await last;
  try {
    const result = await work(statements(inTurn) as unknown as postgres.Sql);
    await last;
    if (failed) throw failed.error;
    isOver = true;
    await send('commit');
    return result;
  } catch (error) {
    await last;
    isOver = true;
    await send('rollback').catch(drop);
    throw error;
  }
}
