import { setTimeout as sleep } from 'node:timers/promises';
import { openConnection, type Send } from './connection';
import type { Person } from './people';
import { processorTime } from './processor-time';
import type { Server } from './server';

/** A server to sign in to, and people who can. */
export type Contender = {
  name: string;
  server: Server;
  people: Person[];
  signIn: (send: Send, person: Person) => Promise<void>;
  /** The e-mail of whose session this is. */
  whoAmI: (send: Send) => Promise<string | undefined>;
};

/** What one sign-in cost, on the average of a round. */
export type Figures = Awaited<ReturnType<typeof measureRound>>;

/** Signs people in one after the other, in the browser that they used before, and tells what each sign-in cost. */
export async function measureRound({ server, people, signIn }: Contender, signIns: number) {
  const connection = openConnection(server.origin);
  const readings = () => ({
    ...server.tap.counts,
    received: connection.received(),
    processorTime: processorTime(server.pid),
  });

  const before = readings();
  for (let n = 0; n < signIns; n++) {
    const person = people[n % people.length]!;
    forgetSession(person);
    await signIn(connection.browserOf(person), person);
  }
  await sleep(300); // what a server does after its answer belongs to it
  const after = readings();
  connection.close();

  const each = (name: keyof typeof after) => (after[name] - before[name]) / signIns;
  return {
    'database round trips': each('roundTrips'),
    'database statements': each('statements'),
    'bytes between server and database': each('bytes'),
    'bytes received over HTTP': each('received'),
    'processor time of the server, ms': each('processorTime'),
  };
}

/** The browser of somebody whose session is over; it keeps the cookies that outlast one. */
function forgetSession({ cookies }: Person) {
  for (const name of cookies.keys()) if (name.includes('session')) cookies.delete(name);
}

/** Nothing is worth measuring that does not sign in. */
export async function expectToSignIn({ name, server, people, signIn, whoAmI }: Contender) {
  const connection = openConnection(server.origin);
  for (const person of people) {
    forgetSession(person);
    const send = connection.browserOf(person);
    await signIn(send, person);
    const email = await whoAmI(send);
    if (email !== person.email) throw new Error(`${name} signed ${person.email} in as ${email}`);
  }
  connection.close();
}
