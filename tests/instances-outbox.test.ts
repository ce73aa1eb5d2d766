import { test as everyDatabase, expect, onTestFinished } from 'vitest';
import { db } from '@/db';
import { outbox } from '@/db/schema';
import { config } from '@/lib/config';
import { deliverOutbox } from '@/lib/jobs';
import { passwordChangedEmail, sendEmail } from '@/lib/mail';
import { type Process, startProcess } from '@/tests/setup/process';
import { withSettings } from '@/tests/setup/settings';
import { startMailServer } from '@/tests/setup/smtp-server';

// Only a server has several instances.
const test = everyDatabase.runIf(config.databaseUrl);
const slow = { timeout: 120_000 };
const from = { MAIL_FROM: 'id@example.com' };

async function mailServer(kind?: Parameters<typeof startMailServer>[0]) {
  const server = await startMailServer(kind);
  onTestFinished(server.stop);
  return server;
}

async function instance(SMTP_URL: string) {
  const process = await startProcess({ SMTP_URL, ...from });
  onTestFinished(async () => void (await process.stop()));
  return process;
}

/** Writes e-mails that find no server, and are due again. */
async function write(count: number) {
  await withSettings({ SMTP_URL: 'smtp://127.0.0.1:1', ...from }, () =>
    db.transaction(async (tx) => {
      for (let n = 0; n < count; n++)
        await sendEmail(tx, passwordChangedEmail(`person${n}@example.com`), { userId: null });
    }),
  );
  await leaseIsOver();
}

const leaseIsOver = () => db.update(outbox).set({ nextAt: new Date(0) });
const deliverHere = (SMTP_URL: string) => withSettings({ SMTP_URL, ...from }, deliverOutbox);
const idOf = ({ data }: { data: string }) => /^Message-ID: (.+)$/im.exec(data)?.[1];

test('instances never share a message', slow, async () => {
  const { url, taken } = await mailServer({ wait: 20 });
  const [one, other] = [await instance(url), await instance(url)];
  await write(40);
  const tried = await Promise.all([one.ask('deliver'), other.ask('deliver'), deliverHere(url)]);
  expect(tried.reduce((sum, count) => sum + count)).toBe(40);
  expect(taken).toHaveLength(40);
  expect(new Set(taken.map(idOf)).size).toBe(40);
  expect(await db.$count(outbox)).toBe(0);
});

test(
  'what a process took up before it was killed is delivered by another one, once its lease is over',
  slow,
  async () => {
    let dying: Process | undefined;
    const hanging = await mailServer({ refusal: () => void dying?.stop(), wait: 100 });
    dying = await instance(hanging.url);
    await write(1);
    await dying.ask('deliver').catch(() => undefined);
    await dying.ended;
    const { url, taken } = await mailServer();
    expect([await deliverHere(url), hanging.taken.length], 'not while the lease lasts').toEqual([0, 0]);
    await leaseIsOver();
    expect([await deliverHere(url), taken.length]).toEqual([1, 1]);
  },
);

test(
  'killed after the server took it and before it was taken out: sent again under the same Message-ID',
  slow,
  async () => {
    let dying: Process | undefined;
    const { url, taken } = await mailServer({ onTaken: () => dying?.stop() });
    dying = await instance(url);
    await write(1);
    await dying.ask('deliver').catch(() => undefined);
    expect([taken.length, await db.$count(outbox)]).toEqual([1, 1]);
    dying = undefined;
    await leaseIsOver();
    await deliverHere(url);
    expect([taken.length, await db.$count(outbox)]).toEqual([2, 0]);
    expect(idOf(taken[0]!)).toMatch(/^<[\da-f-]{36}@localhost>$/);
    expect(idOf(taken[1]!)).toBe(idOf(taken[0]!));
  },
);
