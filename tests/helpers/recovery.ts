import { expect } from 'vitest';
import { openRecoveryLink } from '@/app/(sign-in)/recover/actions';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { readOutbox } from '@/lib/mail';
import { requestRecovery } from '@/lib/recovery';
import { readSession } from '@/lib/sessions';
import { submit } from '../setup/request-scope';
import { SoftwareAuthenticator } from './authenticator';
import { Browser } from './browser';
import { runOperation } from './operations';
import { addPasskey, type Person, signIn } from './people';

export const emailsTo = (to: string) => readOutbox()!.filter((email) => email.to === to);
export const tokenIn = (text: string | undefined, path: string) =>
  new RegExp(`/${path}/([\\w-]+)`).exec(text ?? '')?.[1] ?? '';
export const cancelTokens = (to: string) =>
  emailsTo(to)
    .map(({ text }) => tokenIn(text, 'cancel-recovery'))
    .filter(Boolean);
export const sessionOf = async (browser: Browser) => (await readSession(browser.cookies.get(cookieName('session'))))!;
export const send = (action: Parameters<typeof submit>[0], fields: Record<string, string>, browser: Browser) =>
  submit(action, fields, { cookies: browser.cookies });

/** Opens the newest recovery link in another browser; ends in a session, or in a sign-in that waits for a code. */
export async function recover({ email }: { email: string }) {
  await runOperation(requestRecovery, { email });
  const link = tokenIn(emailsTo(email).find(({ text }) => text.includes('/recover/'))?.text, 'recover');
  const browser = new Browser();
  browser.cookies.set(cookieName('browser'), 'b'.repeat(43));
  const opened = await send(openRecoveryLink, { token: link }, browser);
  for (const kind of ['session', 'second-factor'] as const) {
    const token = opened.cookies.get(cookieName(kind))?.value;
    if (token) browser.cookies.set(cookieName(kind), token);
  }
  return browser;
}

/** Who has recovered and added a passkey, and a browser that signed in with it. */
export async function recovered(person: Person) {
  const mailBrowser = await recover(person);
  const authenticator = new SoftwareAuthenticator(config.publicUrl);
  const { passkey } = await addPasskey(mailBrowser, authenticator);
  const browser = new Browser();
  expect((await signIn(browser, authenticator)).status).toBe(200);
  return { mailBrowser, browser, authenticator, passkeyId: passkey.id as string };
}
