import '@/tests/setup/async-storage';

import { networkInterfaces } from 'node:os';
import PostalMime from 'postal-mime';
import { afterEach, expect, test, vi } from 'vitest';
import { makeLog } from '@/lib/log';
import { invitationEmail, readOutbox, sendEmail } from '@/lib/mail';
import { deliver } from '@/lib/mail/transport';
import { inRequest } from '@/tests/setup/request-scope';
import { withSettings } from '@/tests/setup/settings';
import { startMailServer } from '@/tests/setup/smtp-server';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function mailServer(kind?: Parameters<typeof startMailServer>[0]) {
  const server = await startMailServer(kind);
  stops.push(server.stop);
  return server;
}

const from = 'Latchkey <id@example.com>';
const message = (inviter = 'Grace') =>
  invitationEmail('ada@example.com', 'http://localhost:3000/invite/token', inviter);

test('F16: a letter goes to the one address that is stored, and to nobody else', async () => {
  const { url: SMTP_URL, taken } = await mailServer();
  await withSettings({ SMTP_URL, MAIL_FROM: from }, async () => {
    sendEmail(message());
    await vi.waitFor(() => expect(taken).toHaveLength(1), { timeout: 20_000 });
    expect(readOutbox()).toBeUndefined();
  });
  expect([taken[0]!.from, taken[0]!.to]).toEqual(['id@example.com', ['ada@example.com']]);
  expect(taken[0]!.data).toMatch(/^To: ada@example\.com$/m);
  const read = await PostalMime.parse(taken[0]!.data);
  expect([read.from?.name, read.subject]).toEqual(['Latchkey', 'Grace invites you to Latchkey']);
  for (const form of [read.text, read.html]) expect(form).toContain('http://localhost:3000/invite/token');
});

const elsewhere = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

test.runIf(elsewhere)('to another machine nothing goes unencrypted, unless the URL says so', async () => {
  const { url, taken } = await mailServer({ host: '0.0.0.0' });
  const there = url.replace('127.0.0.1', elsewhere!);
  await withSettings({ SMTP_URL: there, MAIL_FROM: from }, () => expect(deliver(message())).rejects.toThrow());
  expect(taken).toHaveLength(0);
  await withSettings({ SMTP_URL: `${there}?requireTLS=false`, MAIL_FROM: from }, () => deliver(message()));
  expect(taken).toHaveLength(1);
});

test('a certificate that no known authority signed is refused, unless the URL says so', async () => {
  const { url, taken } = await mailServer({ tls: true });
  const strict = { SMTP_URL: `${url}?requireTLS=true`, MAIL_FROM: from };
  await withSettings(strict, () => expect(deliver(message())).rejects.toThrow(/certificate/));
  expect(taken).toHaveLength(0);
  await withSettings({ ...strict, SMTP_URL: `${strict.SMTP_URL}&tls.rejectUnauthorized=false` }, () =>
    deliver(message()),
  );
  expect(taken).toHaveLength(1);
});

test('I15: what people are called makes no header of its own', async () => {
  const { url: SMTP_URL, taken } = await mailServer();
  await withSettings({ SMTP_URL, MAIL_FROM: from }, async () => {
    sendEmail(message('Grace\r\nBcc: eve@evil.example\r\n\r\nA body'));
    await vi.waitFor(() => expect(taken).toHaveLength(1), { timeout: 20_000 });
  });
  const head = taken[0]!.data.split('\n\n')[0]!;
  expect(head).not.toMatch(/^Bcc:/im);
  expect(taken[0]!.to).toHaveLength(1);
});

test('L2: a letter leaves after the answer, not before', async () => {
  const { url: SMTP_URL, taken } = await mailServer();
  await withSettings({ SMTP_URL, MAIL_FROM: from }, async () => {
    const { outcome } = await inRequest({}, () => {
      sendEmail(message());
      return taken.length;
    });
    expect(outcome).toBe(0);
    await vi.waitFor(() => expect(taken).toHaveLength(1), { timeout: 20_000 });
  });
});

test('a server that refuses, or is not there, is logged without its password, and nobody is told', async () => {
  const { url } = await mailServer({ refusal: '550 you are not welcome' });
  for (const SMTP_URL of [url, 'smtp://user:pass-word@127.0.0.1:1']) {
    const lines: string[] = [];
    await withSettings({ SMTP_URL, MAIL_FROM: from, LOG_LEVEL: 'info' }, async () => {
      (globalThis as Record<symbol, unknown>)[Symbol.for('latchkey.log')] = makeLog({
        write: (line) => void lines.push(line),
      });
      expect(sendEmail(message())).toBeUndefined();
      await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 20_000 });
    });
    expect(lines[0]).toContain('something went wrong after the answer');
    expect(lines[0]).not.toMatch(/invite\/token|pass-word/);
  }
});

test('without a mail server the letters of localhost stay in the outbox, the last fifty, newest first', async () => {
  await withSettings({}, () => {
    for (let n = 0; n < 60; n++) sendEmail(message(`Person ${n}`));
    const kept = readOutbox()!;
    expect([kept.length, kept[0]!.subject, kept.at(-1)!.subject]).toEqual([
      50,
      'Person 59 invites you to Latchkey',
      'Person 10 invites you to Latchkey',
    ]);
    expect(new Set(kept.map(({ id }) => id)).size).toBe(50);
  });
});

test('in production there is no outbox, and without a mail server no letter', async () => {
  await withSettings({ PUBLIC_URL: 'https://id.example.com', TRUSTED_PROXIES: 'none', SIGN_UP: 'invite' }, () => {
    sendEmail(message());
    expect(readOutbox()).toBeUndefined();
  });
  await withSettings({}, () => expect(readOutbox()).toEqual([]));
});
