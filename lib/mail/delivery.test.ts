import '@/tests/setup/async-storage';

import { networkInterfaces } from 'node:os';
import PostalMime from 'postal-mime';
import { afterEach, expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, outbox } from '@/db/schema';
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

test('F16: an e-mail goes to the one address that is stored, and to nobody else', async () => {
  const { url: SMTP_URL, taken } = await mailServer();
  await withSettings({ SMTP_URL, MAIL_FROM: from }, async () => {
    await sendEmail(db, message(), { userId: null });
    expect(taken).toHaveLength(1);
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
  await withSettings({ SMTP_URL: there, MAIL_FROM: from }, () => expect(deliver(message(), 'id')).rejects.toThrow());
  expect(taken).toHaveLength(0);
  await withSettings({ SMTP_URL: `${there}?requireTLS=false`, MAIL_FROM: from }, () => deliver(message(), 'id'));
  expect(taken).toHaveLength(1);
});

test('a certificate that no known authority signed is refused, unless the URL says so', async () => {
  const { url, taken } = await mailServer({ tls: true });
  const strict = { SMTP_URL: `${url}?requireTLS=true`, MAIL_FROM: from };
  await withSettings(strict, () => expect(deliver(message(), 'id')).rejects.toThrow(/certificate/));
  expect(taken).toHaveLength(0);
  await withSettings({ ...strict, SMTP_URL: `${strict.SMTP_URL}&tls.rejectUnauthorized=false` }, () =>
    deliver(message(), 'id'),
  );
  expect(taken).toHaveLength(1);
});

test('I15: what people are called makes no header of its own', async () => {
  const { url: SMTP_URL, taken } = await mailServer();
  await withSettings({ SMTP_URL, MAIL_FROM: from }, async () => {
    await sendEmail(db, message('Grace\r\nBcc: eve@evil.example\r\n\r\nA body'), { userId: null });
  });
  const head = taken[0]!.data.split('\n\n')[0]!;
  expect(head).not.toMatch(/^Bcc:/im);
  expect(taken[0]!.to).toHaveLength(1);
});

test('L2: an e-mail leaves after the answer, not before', async () => {
  const { url: SMTP_URL, taken } = await mailServer();
  await withSettings({ SMTP_URL, MAIL_FROM: from }, async () => {
    const { outcome } = await inRequest({}, async () => {
      await sendEmail(db, message(), { userId: null });
      return [taken.length, await db.$count(outbox)];
    });
    expect(await outcome).toEqual([0, 1]);
    expect([taken.length, await db.$count(outbox)]).toEqual([1, 0]);
  });
});

test('a server that refuses, or is not there, is known without its password, and whoever sends is not told', async () => {
  const { url } = await mailServer({ refusal: '550 you are not welcome' });
  for (const SMTP_URL of [url, 'smtp://user:pass-word@127.0.0.1:1'])
    await withSettings({ SMTP_URL, MAIL_FROM: from }, () => sendEmail(db, message(), { userId: null }));
  const rows = await db.select().from(outbox).orderBy(outbox.createdAt);
  expect(rows.map(({ lastError, failedAt, sealed }) => [lastError, failedAt !== null, sealed !== null])).toEqual([
    ['smtp_550', true, false],
    ['ESOCKET', false, true],
  ]);
  const events = await db.select().from(auditEvents);
  expect(events.map(({ type, reason }) => [type, reason])).toEqual([['mail.undelivered', 'smtp_550']]);
  expect(JSON.stringify([rows, events])).not.toMatch(/invite\/token|pass-word|welcome/);
});

test('without a mail server the e-mails of localhost stay in the outbox, the last fifty, newest first', async () => {
  await withSettings({}, async () => {
    for (let n = 0; n < 60; n++) await sendEmail(db, message(`Person ${n}`), { userId: null });
    const messages = readOutbox()!;
    expect([messages.length, messages[0]!.subject, messages.at(-1)!.subject]).toEqual([
      50,
      'Person 59 invites you to Latchkey',
      'Person 10 invites you to Latchkey',
    ]);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(50);
  });
});

test('in production there is no outbox, and without a mail server no e-mail', async () => {
  await withSettings({ PUBLIC_URL: 'https://id.example.com', TRUSTED_PROXIES: 'none', SIGN_UP: 'invite' }, async () => {
    await sendEmail(db, message(), { userId: null });
    expect(readOutbox()).toBeUndefined();
  });
  await withSettings({}, () => expect(readOutbox()).toEqual([]));
});
