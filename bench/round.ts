import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, openConnection } from './connection';
import type { Person } from './people';
import { processorTime } from './processor-time';
import type { Server } from './server';

type Post = ReturnType<typeof openConnection>['post'];
export type Flow = (with_: Browser & { post: Post; person: Person }) => Promise<void>;
export type FlowName =
  | 'sign-in'
  | 'sign-in in a new browser'
  | 'session read'
  | 'sign-in page'
  | 'authorize + token'
  | 'refresh'
  | 'client credentials';

/** A server, people who have an account there, and what they do; what it does not have, it lacks. */
export type Contender = {
  name: string;
  server: Server;
  people: Person[];
  flows: Partial<Record<FlowName, Flow>>;
  /** Resolves when nothing is left to do of what was asked for. */
  settled?: () => Promise<void>;
};

export type Kind = { flow: FlowName; atOnce: number };

/** What one flow cost, on the average of a round. */
export type Figures = Awaited<ReturnType<typeof measureRound>>;

/** Performs a flow so many times, so many at once, each on a connection and by people of its own. */
export async function measureRound(contender: Contender, { flow, atOnce }: Kind, times: number) {
  const { server, people, flows, settled = () => sleep(300) } = contender;
  const perform = flows[flow]!;
  const connections = Array.from({ length: atOnce }, () => openConnection(server.origin));
  const readings = () => ({
    ...server.tap.counts,
    received: connections.reduce((sum, connection) => sum + connection.received(), 0),
    server: processorTime(server.pid),
    own: process.cpuUsage().user + process.cpuUsage().system,
  });

  const before = readings();
  const start = performance.now();
  let left = times;
  await Promise.all(
    connections.map(async ({ browserOf, post }, index) => {
      for (let turn = index; left > 0; turn += atOnce) {
        left -= 1;
        const person = people[turn % people.length]!;
        await perform({ ...browserOf(person), post, person });
      }
    }),
  );
  const took = performance.now() - start;
  await settled(); // what a server does after its answer belongs to it
  const after = readings();
  for (const connection of connections) connection.close();

  const each = (name: keyof typeof after) => (after[name] - before[name]) / times;
  return {
    'processor time, ms': each('server'),
    'a second': (times / took) * 1000,
    statements: each('statements'),
    'round trips': each('roundTrips'),
    'bytes to and from Postgres': each('bytes'),
    'bytes over HTTP': each('received'),
    'the measuring process, ms': each('own') / 1000,
  };
}

/** The browser of somebody whose session is over; it keeps the cookies that outlast one. */
export function forgetSession({ cookies }: Person) {
  for (const name of cookies.keys()) if (name.includes('session')) cookies.delete(name);
}

/** Everybody signs in and is asked who they are, so that what is measured does sign in, and sessions are there to be used. */
export async function signEverybodyIn({ server, people, flows }: Contender) {
  const connection = openConnection(server.origin);
  for (const person of people) {
    const with_ = { ...connection.browserOf(person), post: connection.post, person };
    for (const flow of ['sign-in', 'session read', 'authorize + token'] as const) await flows[flow]?.(with_);
  }
  connection.close();
}
