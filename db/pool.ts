import type postgres from 'postgres';
import { readDatabaseUrl } from '@/lib/config';
import { type Connection, connect, connectionError, optionsOf } from './connection';
import { persistently } from './transaction';
import { isAway, isUnsupportedSetting } from './unavailable';

// In milliseconds: how long a connection rests unused, how old it grows, and how long `close` waits for it.
const REST = 5 * 60_000;
// After that long a connection is tried before it is used, because the process or the line may have slept; so long at most.
const NAP = 15_000;
const TRY = 1_000;
// What is left to the first statement, at least, after waiting for a connection.
const LEAST = 1_000;
// So much longer than the server's own limit of a statement we wait for its word.
const GRACE = 500;
const AGE = 45 * 60_000;
const CLOSE_TIMEOUT = 5_000;

type Send = (query: string, parameters?: unknown[], isRaw?: boolean) => Promise<unknown>;
type Taken = { connection: Connection; since?: number };
type Waiter = { resolve: (taken: Taken | Promise<never>) => void; late?: NodeJS.Timeout };

/**
 * Connections to Postgres, at most `size`, each of which does one thing at a time: a statement or a transaction. To
 * Drizzle it is a client of postgres.js. Why it is not the pool of postgres.js itself: decision 0024. With `isPatient`
 * statements take as long as they take: migrations do.
 */
export function openPool(url: string, size: number, { isPatient = false } = {}) {
  const address = readDatabaseUrl(url);
  const options = optionsOf(address);
  // An hour at most, and where the URL says 0, which is "without end" to libpq.
  const patience = Math.min(address.connect_timeout || 3600, 3600) * 1000;
  const limit = isPatient ? 0 : address.limits.statement_timeout;
  const silence = limit ? limit + GRACE : 0;
  let isLimited = !isPatient && !address.isPooled;
  const resting: { connection: Connection; timer: NodeJS.Timeout; since: number }[] = [];
  const queue: Waiter[] = [];
  const open = new Set<Connection>();
  let isClosed = false;
  let whenEmpty: () => void = () => undefined;

  /** A free connection, the one used last before a new one. Throws when none comes free in time. */
  const take = () =>
    new Promise<Taken>((resolve, reject) => {
      if (isClosed) return reject(connectionError('CONNECTION_ENDED'));
      const waiter: Waiter = { resolve };
      queue.push(waiter);
      serve();
      if (!queue.includes(waiter)) return;
      waiter.late = setTimeout(() => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(connectionError('CONNECT_TIMEOUT'));
      }, patience);
    });

  function serve() {
    while (queue.length && (resting.length || open.size < size)) {
      const { resolve, late } = queue.shift()!;
      clearTimeout(late);
      const rested = resting.pop();
      clearTimeout(rested?.timer);
      resolve(rested ?? { connection: openOne() });
    }
  }

  function openOne() {
    const connection = connect({ address, isLimited }, options, () => forget(connection));
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
    // By the clock on the wall, because the other one stands still while the machine sleeps.
    resting.push({ connection, timer: setTimeout(connection.drop, REST).unref(), since: Date.now() });
    serve();
  }

  /** When the database went away, it did so for those who rest as well, whether they know it yet or not. */
  const dropResting = () => {
    for (const { connection } of [...resting]) void connection.drop();
  };

  /** One that rested for long is tried first, because the process or the line may have slept meanwhile. */
  async function takeTried() {
    const taken = await take();
    if (taken.since === undefined || Date.now() - taken.since < NAP) return taken;
    try {
      await taken.connection.send('select 1', { patience: TRY });
      return taken;
    } catch {
      void taken.connection.drop();
      dropResting();
      return take();
    }
  }

  /** What is set for a connection is left out where a pooler refuses it; nothing has run then. */
  async function using<T>(work: (send: Send, drop: Connection['drop']) => Promise<T>) {
    try {
      return await usingOne(work);
    } catch (error) {
      const isOurs =
        isUnsupportedSetting(error) && Object.keys(address.limits).some((name) => String(error).includes(name));
      if (!isOurs) throw error;
      isLimited = false;
      return await usingOne(work);
    }
  }

  async function usingOne<T>(work: (send: Send, drop: Connection['drop']) => Promise<T>) {
    const requestedAt = performance.now();
    const { connection, since } = await takeTried();
    // A new one connects first, which may take longer where the URL says so.
    const left = Math.max(silence, since === undefined ? patience : 0);
    let isFirst = true;
    const send: Send = (query, parameters, isRaw) => {
      const statement = { parameters, isRaw, patience: silence };
      if (isFirst && silence) statement.patience = Math.max(left - (performance.now() - requestedAt), LEAST);
      isFirst = false;
      return connection.send(query, statement);
    };
    try {
      return await work(send, connection.drop);
    } catch (error) {
      if (isAway(error)) dropResting();
      throw error;
    } finally {
      give(connection);
    }
  }

  /** Lets what runs finish, five seconds at most; who still waits for a connection is refused. */
  async function close() {
    isClosed = true;
    for (const { resolve, late } of queue.splice(0)) {
      clearTimeout(late);
      resolve(Promise.reject(connectionError('CONNECTION_ENDED')));
    }
    const empty = new Promise<void>((resolve) => {
      whenEmpty = resolve;
    });
    for (const { connection } of [...resting]) void connection.drop();
    if (open.size) await Promise.race([empty, new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT).unref())]);
    await Promise.all([...open].map((connection) => connection.drop()));
  }

  const client = {
    options,
    ...statements((...statement) => persistently(() => using((send) => send(...statement)))),
    begin: <T>(work: (tx: postgres.Sql) => Promise<T>) => using((send, drop) => transact({ send, drop }, work)),
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
async function transact<T>(
  { send, drop }: { send: Send; drop: Connection['drop'] },
  work: (tx: postgres.Sql) => Promise<T>,
) {
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
