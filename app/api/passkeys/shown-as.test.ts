import { expect, test } from 'vitest';
import * as exported from '@/app/api/account/export/route';
import { POST as lose } from '@/app/api/passkeys/[id]/lost/route';
import * as one from '@/app/api/passkeys/[id]/route';
import { GET as list } from '@/app/api/passkeys/route';
import { db } from '@/db';
import { sessions } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import type { Browser, Sent } from '@/tests/helpers/browser';
import { ask, expectRefused, finish, start } from '@/tests/helpers/ceremonies';
import { newcomer, seedPasskey, seedPerson, seedSession } from '@/tests/helpers/people';

type Call = (browser: Browser, id: string, sent: Sent) => ReturnType<Browser['send']>;

const calls: [string, Call][] = [
  ['the options of a registration', (browser, _, sent) => ask(browser, 'register', {}, sent)],
  ['the options of a step-up', (browser, _, sent) => ask(browser, 'step-up', {}, sent)],
  ['the list', (browser, _, sent) => browser.send(list, { method: 'GET', ...sent })],
  [
    'a new name',
    (browser, id, sent) => browser.send(one.PATCH, { method: 'PATCH', params: { id }, body: { name: 'x' }, ...sent }),
  ],
  ['a removal', (browser, id, sent) => browser.send(one.DELETE, { method: 'DELETE', params: { id }, ...sent })],
  ['a lost device', (browser, id, sent) => browser.send(lose, { params: { id }, ...sent })],
  ['the export', (browser, _, sent) => browser.send(exported.POST, sent)],
];
const shownAs = (id: string): Sent => ({ headers: { 'x-latchkey-shown-as': id } });

/** A browser whose page shows somebody, while somebody else has signed in since, who has a passkey more. */
async function overtaken() {
  const [one, two] = [await seedPerson(), await seedPerson()];
  const { id } = await seedPasskey(two.authenticator, two.user);
  await seedSession(one.browser, two.userId, two.passkey.id);
  return { browser: one.browser, one, two, id };
}

test.each(calls)('what a page shows one person does nothing for who signed in since: %s', async (_, call) => {
  const { browser, one, two, id } = await overtaken();
  await expectRefused(() => call(browser, id, shownAs(one.userId)), { code: 'another_account' });
  await expectRefused(() => call(browser, id, shownAs('')), { code: 'another_account' });
  expect((await call(browser, id, shownAs(two.userId))).status).toBeLessThan(300);
});

test.each(calls)('whose session has ended is told so: %s', async (_, call) => {
  const { browser, userId, passkey } = await seedPerson();
  await db.delete(sessions);
  await expectRefused(() => call(browser, passkey.id, shownAs(userId)), { code: 'session_required' });
});

test.each(['register', 'step-up'] as const)('the answer of a ceremony counts for nobody else: %s', async (ceremony) => {
  const { browser, one, two } = await overtaken();
  const { challengeId, options } = await start(browser, ceremony);
  const { authenticator } = two;
  const credential = ceremony === 'register' ? authenticator.register(options) : authenticator.signIn(options);
  const answer = (who: { userId: string }) =>
    finish(browser, ceremony, { challengeId, credential }, shownAs(who.userId));
  await expectRefused(() => answer(one), { code: 'another_account', kept: challengeId });
  expect((await answer(two)).status).toBeLessThan(300);
});

test('a link that was opened since counts for nobody who was shown, and a page without a link says so', async () => {
  const one = await seedPerson();
  const { browser } = await newcomer();
  const linkCookie = cookieName('enrolment');
  one.browser.cookies = new Map([[linkCookie, browser.cookies.get(linkCookie)!]]);
  await expectRefused(() => ask(one.browser, 'register', {}, shownAs(one.userId)), { code: 'session_required' });
  expect((await ask(one.browser, 'register', {}, shownAs(''))).status).toBe(200);
  one.browser.cookies.delete(linkCookie);
  await expectRefused(() => ask(one.browser, 'register', {}, shownAs('')), { code: 'enrolment_required' });
});
