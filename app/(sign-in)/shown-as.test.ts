import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { sessions } from '@/db/schema';
import { snapshot } from '@/tests/helpers/database';
import { givePassword, PASSWORD } from '@/tests/helpers/factors';
import { type Person, seedPerson, seedSession } from '@/tests/helpers/people';
import { act, post, registerClient, visit } from '@/tests/helpers/relying-party';
import { inRequest, type submit } from '@/tests/setup/request-scope';
import { answer } from './device/actions';
import DevicePage from './device/page';
import InteractionPage from './interaction/[uid]/page';
import { decide, goBack, stay, useAnotherAccount } from './interaction/actions';
import { confirmSignOut } from './sign-out/actions';
import SignOutPage from './sign-out/page';
import { confirmWithPassword } from './step-up/actions';
import StepUpPage from './step-up/page';

type Action = Parameters<typeof submit>[0];
type Page = () => Promise<ReactNode>;

/** What a page looks like in this browser, and what its forms carry. */
async function variant({ browser }: Person, page: Page) {
  const { outcome } = await inRequest({ cookies: browser.cookies }, page);
  const markup = renderToStaticMarkup(createElement('div', {}, outcome));
  const hidden = [...markup.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return { markup, form: Object.fromEntries(hidden.map(([, name, value]) => [name!, value!])) };
}

/** The page at which a request of an app waits. */
async function interaction({ browser }: Person, parameters: Record<string, string>, declined?: string): Promise<Page> {
  const client = await registerClient({ firstParty: parameters.prompt !== 'consent' });
  const { uid, page } = await visit(browser, (await client.begin(parameters)).url);
  const id = uid ?? /interaction%2F([\w-]+)/.exec(page!)![1]!;
  return () => InteractionPage({ params: Promise.resolve({ uid: id }), searchParams: Promise.resolve({ declined }) });
}

async function device(): Promise<Page> {
  const grantTypes = ['urn:ietf:params:oauth:grant-type:device_code'];
  const client = await registerClient({ grantTypes, authMethod: 'none', redirectUris: [] });
  const { json } = await post('/oidc/device-authorization', { client_id: client.id, scope: 'openid' });
  return () => DevicePage({ searchParams: Promise.resolve({ user_code: json.user_code }) });
}

async function stepUp(): Promise<Page> {
  await db.update(sessions).set({ authTime: new Date(Date.now() - 11 * 60_000) });
  return () => StepUpPage(nothing);
}

const nothing = { searchParams: Promise.resolve({}) };
const pages: [string, Action, Record<string, string>, (person: Person) => Promise<Page>][] = [
  ['consent, allowed', decide, { decision: 'allow' }, (person) => interaction(person, { prompt: 'consent' })],
  ['consent, refused', decide, { decision: 'deny' }, (person) => interaction(person, { prompt: 'consent' })],
  ['the choice of an account', stay, {}, (person) => interaction(person, { prompt: 'select_account' })],
  ['another account', useAnotherAccount, {}, (person) => interaction(person, { prompt: 'select_account' })],
  ['the way back to the app', goBack, {}, (person) => interaction(person, { prompt: 'login' }, '1')],
  ['a device', answer, { decision: 'allow' }, device],
  ['signing out', confirmSignOut, {}, async () => () => SignOutPage(nothing)],
  ['a step-up', confirmWithPassword, { password: PASSWORD }, stepUp],
];

test.each(pages)('what a page shows one person counts for nobody who signed in since: %s', async (...parameters) => {
  const [, action, pressed, open] = parameters;
  const [one, two] = [await seedPerson(), await seedPerson()];
  for (const person of [one, two]) await givePassword(person);
  const page = await open(one);
  const { markup, form } = await variant(one, page);
  expect(markup).toContain(one.email);

  await seedSession(one.browser, two.userId, two.passkey.id);
  const before = await snapshot();
  const { state } = await act(one.browser, action, { ...form, ...pressed });
  expect(state).toMatchObject({ status: 'failed', message: expect.stringContaining(two.email) });
  expect(await snapshot()).toEqual(before);
});

test('and who is shown anew, and answers, is heard', async () => {
  const [one, two] = [await seedPerson(), await seedPerson()];
  const page = await interaction(one, { prompt: 'consent' });
  await seedSession(one.browser, two.userId, two.passkey.id);
  const { markup, form } = await variant(one, page);
  expect(markup).toContain(two.email);
  expect((await act(one.browser, decide, { ...form, decision: 'allow' })).to).toBeTruthy();
});
