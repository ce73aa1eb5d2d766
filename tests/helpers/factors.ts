import { eq } from 'drizzle-orm';
import { Secret, TOTP } from 'otpauth';
import * as passwordRoute from '@/app/api/sign-in/password/route';
import * as secondFactorRoute from '@/app/api/sign-in/second-factor/route';
import { db } from '@/db';
import { passwords, sessions, totpSecrets } from '@/db/schema';
import { hashSecret } from '@/lib/password-hash';
import { confirmTotp, startTotp } from '@/lib/second-factors';
import { type Session, unheld } from '@/lib/sessions';
import { Browser } from './browser';
import { runAs } from './operations';
import { seedSession } from './people';

export const PASSWORD = 'quartz umbrella 94 lantern';
type Account = { userId: string; email: string };

/** The password everybody has in tests, written straight into the table: its hashing is done once. */
export async function givePassword({ userId }: Account) {
  hash ??= hashSecret(PASSWORD);
  const hashed = await hash;
  if (hashed.ok) await db.insert(passwords).values({ userId, hash: hashed.value });
}
let hash: ReturnType<typeof hashSecret> | undefined;

/** Turns two-step sign-in on by the same steps that a person takes; the codes are as an authenticator app makes them. */
export async function giveTotp({ userId, email }: Account) {
  const { id } = await seedSession(new Browser(), userId, null);
  const session = { userId, email, id, ...unheld } as Session;
  const started = await runAs(session, startTotp);
  if (!started.ok) throw new Error(started.error);
  const totp = new TOTP({ secret: Secret.fromBase32(started.value.text.replaceAll(' ', '')) });
  const confirmed = await runAs(session, confirmTotp, { code: totp.generate() });
  if (!confirmed.ok) throw new Error(confirmed.error);
  // A code of this step may be used again, so that no test has to wait for the next one.
  await db.update(totpSecrets).set({ lastStep: 0 }).where(eq(totpSecrets.userId, userId));
  await db.delete(sessions).where(eq(sessions.id, id));
  return {
    code: () => totp.generate(),
    codeAt: (timestamp: number) => totp.generate({ timestamp }),
    recoveryCodes: confirmed.value.codes,
  };
}

export const enterPassword = (browser: Browser, email: string, password = PASSWORD, returnTo?: string) =>
  browser.send(passwordRoute.POST, { body: { email, password, returnTo } });

export const enterCode = (browser: Browser, code: string) => browser.send(secondFactorRoute.POST, { body: { code } });
