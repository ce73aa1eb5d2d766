import { describe, expect, test, vi } from 'vitest';
import { decide, stay } from '@/app/(sign-in)/interaction/actions';
import { config } from '@/lib/config';
import { Browser } from '@/tests/helpers/browser';
import { finish, start } from '@/tests/helpers/ceremonies';
import { seedPerson, signedInBefore, stepUp } from '@/tests/helpers/people';
import { act, registerClient, visit } from '@/tests/helpers/relying-party';

const code = (left: URL | undefined) => left?.searchParams.get('code');

/** Makes a process's clock differ from the database's; on the embedded database there is only one. */
const shifted = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

describe('what was asked of a sign-in is judged when the code is issued', () => {
  async function answered(parameters: Record<string, string>) {
    const person = await seedPerson();
    const client = await registerClient({ firstParty: false });
    await signedInBefore(3000);
    const flow = await client.begin(parameters);
    const { page } = await visit(person.browser, flow.url);
    const returnTo = decodeURIComponent(page!.split('return_to=')[1]!);
    await stepUp(person);
    const { uid } = await visit(person.browser, returnTo);
    const { to } = await act(person.browser, decide, { uid: uid!, decision: 'allow' });
    return { ...person, client, flow, to: to! };
  }

  test.each([
    ['max_age', { max_age: '1000' }, 900, 1100],
    ['max_age of seconds, which a minute is granted to, for what else is asked', { max_age: '5' }, 40, 90],
    ['prompt=login, which ten minutes are', { prompt: 'login' }, 500, 700],
  ])('%s', async (_, parameters, inTime, late) => {
    const one = await answered(parameters);
    shifted(inTime);
    expect(code((await visit(one.browser, one.to)).left)).toBeTruthy();

    vi.useRealTimers();
    const two = await answered(parameters);
    shifted(late);
    const question = decodeURIComponent((await visit(two.browser, two.to)).page!);
    // A server's clock has not moved, and authentications are dated by it.
    if (config.databaseUrl) vi.useRealTimers();
    expect(question).toMatch(/^\/step-up\?return_to=\/interaction/);
    const returnTo = question.split('return_to=')[1]!;
    expect((await visit(two.browser, returnTo)).page, 'nothing was proven meanwhile').toMatch(/^\/step-up/);
    await stepUp(two);
    const { left } = await visit(two.browser, returnTo);
    const { auth_time } = (await two.client.redeem(left!, two.flow)).claims()!;
    expect(Date.now() / 1000 - Number(auth_time)).toBeLessThan(30);
  });

  test.each([
    ['max_age', { prompt: 'select_account', max_age: '60' }],
    ['prompt=login', { prompt: 'select_account login' }],
  ])('also of whoever had only to choose the account: %s', async (_, parameters) => {
    const person = await seedPerson();
    const client = await registerClient();
    await signedInBefore(1000);
    const flow = await client.begin(parameters);
    const { uid } = await visit(person.browser, flow.url);
    const { to } = await act(person.browser, stay, { uid: uid! });
    const question = decodeURIComponent((await visit(person.browser, to!)).page!);
    expect(question).toMatch(/^\/step-up/);
    await stepUp(person);
    const { left } = await visit(person.browser, question.split('return_to=')[1]!);
    const { auth_time } = (await client.redeem(left!, flow)).claims()!;
    expect(Date.now() / 1000 - Number(auth_time)).toBeLessThan(30);
  });
});

test('whoever allowed it slowly proves it again, and is not asked again what the request asks each time', async () => {
  const person = await seedPerson();
  const client = await registerClient({ firstParty: false });
  await signedInBefore(3000);
  const flow = await client.begin({ prompt: 'consent', max_age: '5' });
  const { page } = await visit(person.browser, flow.url);
  const first = decodeURIComponent(page!.split('return_to=')[1]!);
  await stepUp(person);
  const { uid } = await visit(person.browser, first);
  const { to } = await act(person.browser, decide, { uid: uid!, decision: 'allow' });
  shifted(90);
  const question = decodeURIComponent((await visit(person.browser, to!)).page!);
  if (config.databaseUrl) vi.useRealTimers();
  expect(question).toMatch(/^\/step-up/);
  await stepUp(person);
  expect(code((await visit(person.browser, question.split('return_to=')[1]!)).left)).toBeTruthy();
});

describe('a database whose clock is behind the process’s, or ahead of it, asks once', () => {
  test.each([30, -30])('%i seconds', async (seconds) => {
    const person = await seedPerson();
    const client = await registerClient();
    await signedInBefore(100);
    shifted(seconds);
    for (const parameters of [{ prompt: 'login' }, { max_age: '40' }] as Record<string, string>[]) {
      await signedInBefore(100);
      const { page } = await visit(person.browser, (await client.begin(parameters)).url);
      const returnTo = decodeURIComponent(page!.split('return_to=')[1]!);
      expect((await visit(person.browser, returnTo)).page, 'nothing was proven meanwhile').toMatch(/^\/step-up/);
      await stepUp(person);
      expect(code((await visit(person.browser, returnTo)).left), 'after a step-up').toBeTruthy();
    }
    const browser = new Browser();
    const { page } = await visit(browser, (await client.begin({ prompt: 'login' })).url);
    const interactionPath = decodeURIComponent(page!.split('return_to=')[1]!);
    const { challengeId, options } = await start(browser, 'authenticate');
    await finish(browser, 'authenticate', { challengeId, credential: person.authenticator.signIn(options) });
    expect(code((await visit(browser, interactionPath)).left), 'after a sign-in').toBeTruthy();
  });
});
