import { writeSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import type { NextRequest } from 'next/server';
import postgres from 'postgres';
import { test } from 'vitest';
import { migrate } from '@/db/migrate';
import { steadyKeys } from '@/lib/vault';
import { seedPerson } from '@/tests/helpers/people';
import { startOwnPostgres } from '@/tests/setup/postgres-server';
import { type Process, startProcess } from '@/tests/setup/process';
import { withSettings } from '@/tests/setup/settings';
import { processorTime, TICK } from './processor-time';

const AT_ONCE = 8;
const WARM = 25;
const COUNTED = 100; // by each of those who sign in at once
const files = ['passkeys/authenticate/options', 'passkeys/authenticate/verify'];

test('what one, two and four processes on one Postgres do', async () => {
  const server = await startOwnPostgres({ settings: ['synchronous_commit=on', 'fsync=on', 'shared_buffers=1GB'] });
  const own = postgres(server.url, { max: 1, onnotice: () => undefined });
  try {
    await withSettings({ DATABASE_URL: server.url }, async () => {
      await migrate();
      await steadyKeys();
      const people = await Promise.all(Array.from({ length: AT_ONCE }, () => seedPerson()));
      for (const count of [1, 2, 4]) {
        const settings = { DATABASE_URL: server.url, DATABASE_POOL_SIZE: '8', RATE_LIMIT_SCALE: '1000' };
        const processes = await Promise.all(Array.from({ length: count }, () => startProcess(settings)));
        await Promise.all(processes.flatMap(({ ask }) => files.map((file) => ask('load', file))));
        const each = (times: number) =>
          Promise.all(people.map((person, n) => repeat(times, (turn) => signIn(processes, person, n + turn))));
        await each(WARM);
        const before = await backends(own);
        const began = performance.now();
        await each(COUNTED);
        const seconds = (performance.now() - began) / 1000;
        const logins = AT_ONCE * COUNTED;
        const ms = (((await backends(own)) - before) * TICK) / logins;
        writeSync(
          1,
          `${count} processes: ${Math.round(logins / seconds)} sign-ins a second, ${ms.toFixed(2)} ms of Postgres each (load ${loadavg()[0]?.toFixed(2)}, ${availableParallelism()} cores for all of it)\n`,
        );
        await Promise.all(processes.map(({ stop }) => stop()));
      }
    });
  } finally {
    await own.end();
    await server.stop();
  }
});

async function repeat(times: number, run: (turn: number) => Promise<unknown>) {
  for (let turn = 0; turn < times; turn++) await run(turn);
}

type Person = Awaited<ReturnType<typeof seedPerson>>;

/** Each call goes to the next process, as behind a proxy that takes turns. */
async function signIn(processes: Process[], { browser, authenticator }: Person, turn: number) {
  const at = (step: number) => handlerOf(processes[(turn + step) % processes.length]!, files[step]!);
  const { json } = await browser.send(at(0));
  const body = { challengeId: json.challengeId, credential: authenticator.signIn(json.options) };
  const { status } = await browser.send(at(1), { body });
  if (status !== 200) throw new Error(`a sign-in was answered with ${status}`);
}

const handlerOf = (instance: Process, file: string) => async (request: NextRequest) => {
  const { method, url, headers } = request;
  const sent = { file, method, url, headers: [...headers], body: await request.text(), params: {} };
  const answer = await instance.ask('send', sent as never);
  return new Response(answer.body || null, { status: answer.status, headers: answer.headers as [string, string][] });
};

async function backends(own: postgres.Sql) {
  const rows = await own<{ pid: number }[]>`select pid from pg_stat_activity where backend_type = 'client backend'`;
  return rows.reduce((sum, { pid }) => sum + processorTime(pid), 0);
}
