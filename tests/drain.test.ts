import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { test as everyDatabase, expect } from 'vitest';
import { config } from '@/lib/config';
import { createGracefulServer } from '@/scripts/graceful-server.mjs';

const test = everyDatabase.skipIf(config.databaseUrl);
const ROUNDS = 5;

/** One request, the next, and so on until nobody is there any more; answers how each went. */
async function knock(port: number, agent: Agent | undefined) {
  const answers: { status?: number; text: string; leave: boolean }[] = [];
  for (;;) {
    const outcome = await new Promise<(typeof answers)[number] | Error>((done) => {
      const sent = request(
        { host: '127.0.0.1', port, agent, headers: agent ? {} : { connection: 'close' } },
        (answer) => {
          let text = '';
          answer.on('data', (chunk) => {
            text += chunk;
          });
          answer.once('end', () =>
            done({ status: answer.statusCode, text, leave: answer.headers.connection === 'close' }),
          );
          answer.once('error', done);
        },
      );
      sent.once('error', done).end();
    });
    if (outcome instanceof Error) return { answers, last: (outcome as NodeJS.ErrnoException).code };
    answers.push(outcome);
  }
}

test('a process that is told to end under load answers every request that it accepted, and then ends', {
  timeout: 120_000,
}, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const server = fork('tests/setup/graceful-server.mjs');
    const ended = once(server, 'exit');
    const [port] = (await once(server, 'message')) as [number];
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const loads = [
      ...Array.from({ length: 8 }, () => knock(port, agent)),
      ...Array.from({ length: 8 }, () => knock(port, undefined)),
    ];
    setTimeout(() => server.kill('SIGTERM'), 300);
    const [{ accepted, done }] = (await once(server, 'message')) as [{ accepted: number; done: number }];
    expect((await ended)[0]).toBe(0);
    const all = await Promise.all(loads);
    // Reset is who stood in the system's queue, where no request is accepted yet.
    for (const { last } of all) expect(['ECONNREFUSED', 'ECONNRESET']).toContain(last);
    const answers = all.flatMap(({ answers }) => answers);
    expect(answers.every(({ status, text }) => status === 200 && text === 'whole')).toBe(true);
    // Also what was still to be done after the answer.
    expect({ accepted, done }).toEqual({ accepted: answers.length, done: answers.length });
    // Connections that would have been kept were told to leave, and not cut.
    expect(all.slice(0, 8).some(({ answers }) => answers.at(-1)?.leave)).toBe(true);
  }
});

test('a connection that rests when the process is told to end may still bring a request', {
  timeout: 60_000,
}, async () => {
  const server = fork('tests/setup/graceful-server.mjs');
  const [port] = (await once(server, 'message')) as [number];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<string | undefined>((done, failed) => {
      const sent = request({ host: '127.0.0.1', port, agent }, (answer) =>
        answer.resume().once('end', () => done(answer.headers.connection)),
      );
      sent.once('error', failed).end();
    });
  expect(await ask()).toBe('keep-alive');
  server.kill('SIGTERM');
  await new Promise((later) => setTimeout(later, 300));
  expect(await ask()).toBe('close');
  expect(await once(server, 'exit')).toEqual([0, null]);
});

const broken: [what: string, sent: string, said: RegExp][] = [
  ['no HTTP', 'hello there\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a method that is none', 'FOO / HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 400 /],
  [
    'two lengths (RFC 9112 §6.1)',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  ['an address without end', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, /^HTTP\/1\.1 431 .*too long/s],
  ['a header without end', `GET / HTTP/1.1\r\nX: ${'a'.repeat(200_000)}\r\n\r\n`, /^HTTP\/1\.1 431 .*too long/s],
  ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 405 .*no proxy/s],
];

test('what is no request gets an answer in plain words, also where more is sent than is read', {
  timeout: 60_000,
}, async () => {
  const server = fork('tests/setup/graceful-server.mjs');
  const [port] = (await once(server, 'message')) as [number];
  for (const [what, sent, said] of broken) {
    const socket = connect(port, '127.0.0.1');
    socket.write(sent);
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer, what).toMatch(said);
    expect(answer, what).toMatch(/connection: close\r\ncontent-type: text\/plain[\s\S]+\r\n\r\n[A-Z].+\.\n$/);
  }
  server.kill('SIGTERM');
  expect(await once(server, 'exit')).toEqual([0, null]);
});

test('a client that has gone keeps nobody waiting, where the work for it never says that it is over', async () => {
  const started: (() => void)[] = [];
  const server = createGracefulServer(() => {
    started.shift()?.();
    return new Promise(() => undefined);
  });
  await server.listen(0, '127.0.0.1');
  const { port } = server.http.address() as { port: number };
  const begun = new Promise<void>((done) => started.push(done));
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await begun;
  socket.destroy();
  await server.close();
});
