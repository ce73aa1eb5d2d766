import { SMTPServer } from 'smtp-server';
import { freePort } from './free-port';

type Taken = { from: string; to: string[]; data: string };

type Kind = {
  refusal?: string | (() => string | undefined);
  onTaken?: () => unknown;
  host?: string;
  tls?: boolean;
  wait?: number;
};

/**
 * A real SMTP server on the loopback that takes every e-mail, or refuses each sender with these words; with `tls` it
 * offers STARTTLS, with a certificate of its own that nobody else signed; `wait` milliseconds pass before it takes one. What
 * `onTaken` does is over before it says that it has taken one.
 */
export async function startMailServer({ refusal, onTaken, host = '127.0.0.1', tls = false, wait = 0 }: Kind = {}) {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    allowInsecureAuth: true,
    closeTimeout: 50, // a client's pool keeps its connections open
    onAuth: ({ username, password }, _session, done) =>
      username === 'user' && password === 'pass-word'
        ? done(null, { user: username })
        : done(new Error('who are you?')),
    disabledCommands: tls ? [] : ['STARTTLS'],
    onMailFrom: (_address, _session, done) =>
      setTimeout(() => done(refused(typeof refusal === 'function' ? refusal() : refusal)), wait),
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        taken.push({
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          data: Buffer.concat(chunks).toString('utf8').replaceAll('\r\n', '\n'),
        });
        await onTaken?.();
        done();
      });
    },
  });
  server.on('error', () => undefined); // of a client that dies in the middle
  const port = await freePort();
  await new Promise<void>((listening) => server.listen(port, host, listening));
  const stop = () => new Promise<void>((stopped) => server.close(() => stopped()));
  return { url: `smtp://user:pass-word@127.0.0.1:${port}`, taken, stop };
}

/** A reply of the server that begins with its code, as RFC 5321 §4.2 writes them. */
const refused = (reply: string | undefined) =>
  reply ? Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) }) : null;
