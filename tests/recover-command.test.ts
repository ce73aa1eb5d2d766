import '@/tests/setup/async-storage';

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, expect, inject, test } from 'vitest';
import { disable } from '@/app/(admin)/admin/users/actions';
import { openRecoveryLink } from '@/app/(sign-in)/recover/actions';
import { db } from '@/db';
import { auditEvents, passkeys, users } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { SoftwareAuthenticator } from '@/tests/helpers/authenticator';
import { Browser } from '@/tests/helpers/browser';
import { giveTotp } from '@/tests/helpers/factors';
import { addPasskey, newUser, seedPerson, signIn } from '@/tests/helpers/people';
import { latchkey } from './setup/latchkey';
import { startProcess } from './setup/process';
import { submit } from './setup/request-scope';
import { withSettings } from './setup/settings';

const slow = { timeout: 300_000 };
const folder = mkdtempSync(join(tmpdir(), 'latchkey-recover-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An administrator at an address that nobody confirmed, who has lost the passkey and the authenticator app. */
async function lockedOut() {
  const person = await seedPerson();
  await db.update(users).set({ role: 'administrator', emailVerifiedAt: null }).where(eq(users.id, person.userId));
  await giveTotp(person);
  await db.update(passkeys).set({ removedAt: new Date() });
  return person;
}

const printed =
  /^Open this within an hour; it works once, and ends the other sessions of .+:\nhttp:\/\/localhost:3000\/recover\/([\w-]+)\n$/;

/** Opens what was printed, adds a passkey, signs in with it, and does what only administrators may. */
async function followed(stdout: string) {
  const [, token = ''] = printed.exec(stdout) ?? [];
  const browser = new Browser();
  const open = () => submit(openRecoveryLink, { token }, { cookies: browser.cookies });
  const { cookies } = await open();
  browser.cookies.set(cookieName('session'), cookies.get(cookieName('session'))!.value);
  const authenticator = new SoftwareAuthenticator(config.publicUrl);
  await addPasskey(browser, authenticator);
  const ownerBrowser = new Browser();
  expect((await signIn(ownerBrowser, authenticator)).status).toBe(200);
  const { id } = await newUser('Target', `target-${crypto.randomUUID()}@example.com`);
  const { state } = await submit(disable, { id }, { cookies: ownerBrowser.cookies });
  expect(state).toMatchObject({ status: 'done' });
  browser.cookies.delete(cookieName('session'));
  expect((await open()).state, 'it works once').toMatchObject({ status: 'failed' });
  const types = (await db.select({ type: auditEvents.type }).from(auditEvents)).map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['recovery.break-glass', 'recovery.completed']));
}

test.skipIf(config.databaseUrl)(
  'with the embedded database the printed link opens the account to the end, and while the server runs a sentence says so',
  slow,
  async () => {
    const settings = { DATA_DIR: join(folder, 'data'), DATABASE_URL: '' };
    cpSync((inject('template') as { folder: string }).folder, settings.DATA_DIR, { recursive: true });
    const { email } = await withSettings(settings, lockedOut);

    const server = await startProcess(settings);
    await server.ask('migrate');
    const refused = await latchkey(['recover', email], settings);
    await server.stop();
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^The embedded database in .* is in use by another Latchkey process\. Stop that one/,
    );

    const unknown = await latchkey(['recover', 'nobody@example.com'], settings);
    expect(unknown).toEqual({ code: 1, stdout: '', stderr: 'No account has the address nobody@example.com.\n' });
    const done = await latchkey(['recover', email.toUpperCase()], settings);
    expect(done).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(printed) });
    await withSettings(settings, () => followed(done.stdout));
  },
);

test.runIf(config.databaseUrl)('with Postgres it does so while the server runs', slow, async () => {
  const { email } = await lockedOut();
  const done = await latchkey(['recover', email]);
  expect(done).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(printed) });
  await followed(done.stdout);
});
