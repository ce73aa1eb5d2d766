import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startMailServer } from '../setup/smtp-server';
import { answerOn, formOf, startServer } from './own-server';

const OF_EACH = 8;
const wait = { timeout: 60_000 };

test('every request under way when the process is told to end is answered, its e-mail is sent by it or by the next one', async () => {
  const mail = await startMailServer({ wait: 1_000 });
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'latchkey-stopping-'));
  const settings = { SMTP_URL: mail.url, DATA_DIR };
  const server = await startServer({ settings });
  let next: typeof server | undefined;
  const { port, origin, child } = server;
  const people = Array.from({ length: OF_EACH }, (_, number) => `robin-${number}@example.com`);
  const head = (first: string, ...more: string[]) =>
    `${[`${first} HTTP/1.1`, `Host: localhost:${port}`, ...more].join('\r\n')}\r\n\r\n`;
  /** A connection that the process has taken, because it has answered there before. */
  const opened = async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(head('GET /healthz'));
    await once(socket, 'data');
    return socket;
  };

  try {
    const forms = await Promise.all(people.map((email) => formOf(origin, '/sign-up', { name: 'Robin', email })));
    const sockets = await Promise.all(Array.from({ length: 3 * OF_EACH }, opened));
    const answers = sockets.map(answerOn);
    const of = (kind: number) => sockets.slice(kind * OF_EACH, (kind + 1) * OF_EACH);
    const answersTo = (kind: number) => Promise.all(answers.slice(kind * OF_EACH, (kind + 1) * OF_EACH));

    // A form that is half here when the signal comes.
    for (const [index, socket] of of(2).entries()) {
      const { type, body } = forms[index]!;
      const lines = [`Origin: ${origin}`, `Content-Type: ${type}`, `Content-Length: ${body.length}`];
      socket.write(head('POST /sign-up', ...lines));
      socket.write(body.subarray(0, 100));
    }
    for (const socket of of(0)) socket.write(head('GET /sign-in'));
    for (const socket of of(1)) socket.write(head('GET /readyz'));
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await new Promise((later) => setTimeout(later, 300));
    for (const [index, socket] of of(2).entries()) socket.write(forms[index]!.body.subarray(100));

    for (const [kind, said] of [/Sign in.*<\/html>/s, /./, />Check your mail<\/h2>.*<\/html>/s].entries()) {
      for (const answer of await answersTo(kind)) {
        expect(answer).toMatchObject({ status: 200, failure: undefined });
        expect(answer.text).toMatch(said);
      }
    }
    expect(await ended).toEqual([0, null]);
    expect(server.logged()).not.toMatch(/"level":[56]0/);
    next = await startServer({ settings });
    // At least once: what was on its way when the process ended may arrive twice.
    await expect.poll(() => [...new Set(mail.taken.flatMap(({ to }) => to))].toSorted(), wait).toEqual(people);
  } finally {
    await server.end();
    await next?.end();
    await mail.stop();
    rmSync(DATA_DIR, { recursive: true, force: true });
  }
});

test('a process whose shell is killed ends as well, and leaves its port', async () => {
  const server = await startServer({ behindShell: true });
  try {
    expect(await server.isListening()).toBe(true);
    server.child.kill('SIGKILL');
    await expect.poll(server.isListening).toBe(false);
  } finally {
    await server.end();
  }
});
