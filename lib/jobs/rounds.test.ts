import { expect, onTestFinished, test, vi } from 'vitest';
import { db } from '@/db';
import { outbox } from '@/db/schema';
import { passwordChangedEmail, sendEmail } from '@/lib/mail';
import { withSettings } from '@/tests/setup/settings';
import { startMailServer } from '@/tests/setup/smtp-server';
import { startDelivering } from './purge';

const kinds = async () => (await db.select().from(outbox)).map(({ kind }) => kind);

test('while a mail server hangs, the timers deliver what is written meanwhile', { timeout: 30_000 }, async () => {
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const { url, taken, stop } = await startMailServer({ onTaken: () => gate });
  onTestFinished(stop);
  const from = { MAIL_FROM: 'id@example.com' };
  await withSettings({ SMTP_URL: 'smtp://127.0.0.1:1', ...from }, () =>
    sendEmail(db, passwordChangedEmail('ada@example.com'), { userId: null }),
  );
  await db.update(outbox).set({ nextAt: new Date(0) });
  await withSettings({ SMTP_URL: url, ...from }, async () => {
    startDelivering();
    const patience = { timeout: 15_000, interval: 50 };
    await vi.waitFor(() => expect(taken).toHaveLength(1), patience);
    const payload = { address: '', browser: '', requestId: '' };
    await db.insert(outbox).values({ kind: 'recovery-request', recipient: 'eve@example.com', payload });
    await vi.waitFor(async () => expect(await kinds()).toEqual(['email']), patience);
    letGo();
    await vi.waitFor(async () => expect(await kinds()).toEqual([]), patience);
  });
});
