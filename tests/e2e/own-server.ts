import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { freePort } from '../setup/free-port';

const ENTRY = 'scripts/server.mjs';

type Kind = { settings?: Record<string, string>; behindShell?: boolean; publicUrl?: string };

/** A production server on a port and a database of its own, with the log that it writes. */
export async function startServer({ settings = {}, behindShell = false, publicUrl }: Kind = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-own-'));
  const port = await freePort();
  const file = join(folder, 'log');
  const origin = publicUrl ?? `http://localhost:${port}`;
  const empty = Object.fromEntries(
    ['APP_SECRET', 'DATABASE_URL', 'SMTP_URL', 'TRUSTED_PROXIES', 'WEBAUTHN_RP_ID', 'WEBAUTHN_RP_ORIGIN'].map(
      (name) => [name, ''],
    ),
  );
  const env = {
    PATH: process.env.PATH,
    ...empty,
    NODE_ENV: 'production' as const,
    PUBLIC_URL: origin,
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    RATE_LIMIT_SCALE: '1000',
    SIGN_UP: 'open',
    // Of a run of all tests with or without them.
    DIRECT_ENTRIES: process.env.DIRECT_ENTRIES ?? '',
    ...settings,
  };
  const log = openSync(file, 'w');
  const stdio: ['ignore', number, number] = ['ignore', log, log];
  // As npm does: a shell that waits for it.
  const child = behindShell
    ? spawn('sh', ['-c', `"$0" ${ENTRY} --ends-with-parent & echo "pid $!"; wait`, process.execPath], { env, stdio })
    : spawn(process.execPath, [ENTRY], { env, stdio });
  const logged = () => readFileSync(file, 'utf8');
  const isListening = () => answersAt(port);
  const end = async () => {
    const behind = Number(/^pid (\d+)$/m.exec(logged())?.[1]);
    if (behind) killIfThere(behind);
    await endNow(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.status;
  await expect.poll(ready, { timeout: 60_000, message: 'a server of its own' }).toBe(200);
  return { port, origin, child, logged, isListening, end };
}

async function endNow(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function killIfThere(pid: number) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}

function answersAt(port: number) {
  return new Promise<boolean>((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

/** The form of a page as a browser without a script sends it: its hidden fields, and what is typed. */
export async function formOf(origin: string, path: string, typed: Record<string, string>) {
  const page = await (await fetch(origin + path)).text();
  const shown = page
    .match(/<form\b.*?<\/form>/gs)
    ?.find((one) => Object.keys(typed).every((name) => one.includes(`name="${name}"`)));
  const form = new FormData();
  for (const [, name = '', value = ''] of (shown ?? '').matchAll(
    /<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?\/>/g,
  )) {
    form.append(name, value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
  }
  for (const [name, value] of Object.entries(typed)) form.append(name, value);
  const request = new Request(origin + path, { method: 'POST', body: form });
  return { type: request.headers.get('content-type') ?? '', body: Buffer.from(await request.arrayBuffer()) };
}

/** What comes back on a connection of its own for these bytes, and how it ended. */
export async function exchange(port: number, ...parts: (string | Buffer)[]) {
  const socket = connect(port, '127.0.0.1');
  for (const part of parts) socket.write(part);
  return answerOn(socket);
}

/** Everything that is sent on a connection until it ends. */
export function answerOn(socket: ReturnType<typeof connect>) {
  return new Promise<{ status: number; text: string; failure?: string | undefined }>((done) => {
    const chunks: Buffer[] = [];
    let failure: string | undefined;
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.code;
    });
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString();
      done({ status: Number(/^HTTP\/1\.1 (\d+)/m.exec(text)?.[1]), text, failure });
    });
  });
}
