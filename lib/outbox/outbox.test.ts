import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { db, rowsOf } from '@/db';
import { auditEvents, clients, logoutNotices, oneTimeTokens, outbox } from '@/db/schema';
import { config } from '@/lib/config';
import { hashToken, randomToken } from '@/lib/crypto';
import { deliverOutbox } from '@/lib/jobs';
import { newBrowserEmail, passwordChangedEmail, readOutbox, recoveryEmail, sendEmail } from '@/lib/mail';
import { fromNow, MINUTES } from '@/lib/time';
import { onlyRow } from '@/tests/helpers/database';
import { inRequest } from '@/tests/setup/request-scope';
import { withSettings } from '@/tests/setup/settings';
import { startMailServer } from '@/tests/setup/smtp-server';
import { claimDue, deleteMessage, giveUpMessage, postponeMessage, purgeOutbox } from './queries';

const to = 'ada@example.com';
const nowhere = 'smtp://127.0.0.1:1';
const settings = (SMTP_URL: string) => ({ SMTP_URL, MAIL_FROM: 'id@example.com' });

async function mailServer(kind?: Parameters<typeof startMailServer>[0]) {
  const server = await startMailServer(kind);
  onTestFinished(server.stop);
  return server;
}

/** As if the pause or the lease were over. */
const makeDue = () => db.update(outbox).set({ nextAt: new Date(0) });
const messages = () => db.select().from(outbox);
const deliverThrough = (url: string) => withSettings(settings(url), deliverOutbox);

/** Writes an e-mail, whose first delivery finds no server. */
type Sending = Partial<Parameters<typeof sendEmail>[2]>;
const write = (options?: Sending, url = 'http://localhost:3000/recover/token') =>
  withSettings(settings(nowhere), () =>
    db.transaction((tx) => sendEmail(tx, recoveryEmail(to, url), { userId: null, ...options })),
  );

async function storeLink(expiresAt: Date) {
  const token = randomToken();
  await db.insert(oneTimeTokens).values({ tokenHash: hashToken(token), purpose: 'sign-up', email: to, expiresAt });
  return token;
}

test('an e-mail that the server puts off arrives at the next try, and is gone then', async () => {
  const replies = ['451 try again later', undefined];
  const { url, taken } = await mailServer({ refusal: () => replies.shift() });
  await withSettings(settings(url), () => sendEmail(db, passwordChangedEmail(to), { userId: null }));
  const pending = await onlyRow(messages());
  expect([taken.length, pending.lastError, pending.failedAt]).toEqual([0, 'smtp_451', null]);
  expect(await deliverThrough(url), 'not at once').toBe(0);
  await makeDue();
  expect(await deliverThrough(url)).toBe(1);
  expect([taken.length, await db.$count(outbox), await db.$count(auditEvents)]).toEqual([1, 0, 0]);
});

test('an e-mail outlives a mail server that is restarted', async () => {
  await write();
  expect((await onlyRow(messages())).lastError).toBe('ESOCKET');
  const { url, taken } = await mailServer();
  await makeDue();
  await deliverThrough(url);
  expect(taken).toHaveLength(1);
});

test('the pauses grow until it is given up, which is written down once, and its body is erased', async () => {
  await write();
  const pauses: number[] = [];
  for (;;) {
    const { nextAt, failedAt, sealed } = await onlyRow(messages());
    expect(sealed === null).toBe(failedAt !== null);
    if (failedAt) break;
    pauses.push(nextAt.getTime() - Date.now());
    await makeDue();
    await deliverThrough(nowhere);
  }
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  expect(pauses).toHaveLength(9);
  expect((await db.select().from(auditEvents)).map(({ type, reason }) => [type, reason])).toEqual([
    ['mail.undelivered', 'ESOCKET'],
  ]);
  await db.update(outbox).set({ failedAt: sql`now() - interval '31 days'` });
  await purgeOutbox(db);
  expect(await messages()).toEqual([]);
});

test('what is rolled back is never sent, and what is not committed yet not either', async () => {
  await withSettings({}, async () => {
    const rolledBack = db.transaction(async (tx) => {
      await sendEmail(tx, passwordChangedEmail(to), { userId: null });
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    await db.transaction(async (tx) => {
      await sendEmail(tx, passwordChangedEmail(to), { userId: null });
      expect(readOutbox()).toEqual([]);
    });
    expect(readOutbox()).toHaveLength(1);
  });
});

test('a link is at no time in the table, and opens by any secret of the list', async () => {
  await write(undefined, 'http://localhost:3000/recover/a-live-token');
  const rows = rowsOf<{ row: string }>(await db.execute(sql`select outbox::text as row from outbox`));
  expect(rows[0]!.row).not.toMatch(/a-live-token|6c6976652d746f6b656e/);
  const { url, taken } = await mailServer();
  await makeDue();
  const APP_SECRET = `b7Q2mWk9xLr4nVt8pZs1dHf6gJy3aEuc,${config.appSecrets[0]}`;
  await withSettings({ ...settings(url), APP_SECRET }, deliverOutbox);
  expect(taken[0]!.data).toContain('a-live-token');
});

test('a link whose time is over is not sent, and that is seen', async () => {
  await write({ link: await storeLink(fromNow(5 * MINUTES)) });
  const { nextAt, expiresAt } = await onlyRow(messages());
  expect(nextAt.getTime()).toBeLessThan(expiresAt!.getTime());
  await db.update(outbox).set({ createdAt: new Date(0), expiresAt: new Date(1), nextAt: new Date(0) });
  await db.update(oneTimeTokens).set({ expiresAt: new Date(1) });
  const { url, taken } = await mailServer();
  await deliverThrough(url);
  expect(taken).toEqual([]);
  expect(await onlyRow(messages())).toMatchObject({ lastError: 'expired', sealed: null });
  expect((await onlyRow(db.select().from(auditEvents))).reason).toBe('expired');
});

test.each(['used', 'replaced', 'withheld'])(
  'an e-mail whose link is %s is not sent, and nobody is told',
  async (how) => {
    const link = await storeLink(fromNow(60 * MINUTES));
    await write({ link, withheld: how === 'withheld' });
    if (how === 'used') await db.update(oneTimeTokens).set({ consumedAt: new Date() });
    if (how === 'replaced') await db.delete(oneTimeTokens);
    const { url, taken } = await mailServer();
    await makeDue();
    await deliverThrough(url);
    expect([taken, await messages(), await db.$count(auditEvents)]).toEqual([[], [], 0]);
  },
);

test('who comes back after the lease is over changes nothing that another one has taken up', async () => {
  await write();
  const claims = [];
  for (const _ of [1, 2]) {
    await makeDue();
    claims.push((await claimDue(db, 'email', 60))!);
  }
  const [late, current] = claims;
  const outcomes = [
    await deleteMessage(db, late!),
    await postponeMessage(db, late!, 'late', 1),
    await giveUpMessage(db, late!, 'late'),
  ];
  expect(outcomes).toEqual([false, false, false]);
  expect(await deleteMessage(db, current!)).toBe(true);
});

test('a notice that a version before the outbox has left behind is taken up, and one that it is sending is not', async () => {
  const app = { id: 'app', name: 'App', authMethod: 'none' as const, redirectUris: [], postLogoutRedirectUris: [] };
  await db.insert(clients).values({ ...app, scopes: [], grantTypes: [] });
  const left = { clientId: 'app', userId: crypto.randomUUID(), sessionId: crypto.randomUUID(), sid: 'sid' };
  await db.insert(logoutNotices).values([{ ...left, nextAt: sql`now() - interval '1 hour'` }, left]);
  await purgeOutbox(db);
  const { kind, clientId, payload } = await onlyRow(messages());
  const { userId, sessionId, sid } = left;
  expect({ kind, clientId, payload }).toEqual({
    kind: 'logout-notice',
    clientId: 'app',
    payload: { userId, sessionId, sid },
  });
  expect(await db.$count(logoutNotices)).toBe(1);
});

test('an e-mail goes out after the answer, once for several of one transaction, in the order of their writing', async () => {
  await withSettings({}, async () => {
    await inRequest({}, () =>
      db.transaction(async (tx) => {
        for (const browser of ['one', 'two', 'three'])
          await sendEmail(tx, newBrowserEmail(to, browser, '203.0.113.7'), { userId: null });
      }),
    );
    expect(readOutbox()!.map(({ text }) => text.split(' ')[0])).toEqual(['three', 'two', 'one']);
  });
});
