import { createServer, type Socket } from 'node:net';
import { freePort } from './free-port';

type Taken = { from: string; to: string[]; data: string };

/** A mail server that keeps what it is given, or refuses everybody; enough of RFC 5321 for one client. */
export async function startMailServer(refusal?: string) {
  const taken: Taken[] = [];
  const port = await freePort();
  const server = createServer((socket) => converse(socket, taken, refusal));
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  };
  return { url: `smtp://user:pass-word@127.0.0.1:${port}`, taken, stop };
}

function converse(socket: Socket, taken: Taken[], refusal: string | undefined) {
  let mail: Taken = { from: '', to: [], data: '' };
  let inData = false;
  let rest = '';
  const say = (line: string) => socket.write(`${line}\r\n`);
  const hear = (line: string) => {
    if (inData) {
      if (line !== '.') mail.data += `${line}\n`;
      else {
        inData = false;
        taken.push(mail);
        mail = { from: '', to: [], data: '' };
        say('250 taken');
      }
      return;
    }
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') say('250-localhost\r\n250 AUTH PLAIN');
    else if (verb === 'AUTH') say('235 welcome');
    else if (verb === 'MAIL') {
      mail.from = line;
      say(refusal ?? '250 ok');
    } else if (verb === 'RCPT') {
      mail.to.push(line);
      say('250 ok');
    } else if (verb === 'DATA') {
      inData = true;
      say('354 go on');
    } else say(verb === 'QUIT' ? '221 bye' : '250 ok');
  };
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString()).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hear(line);
  });
  socket.on('error', () => undefined);
  say('220 localhost');
}
