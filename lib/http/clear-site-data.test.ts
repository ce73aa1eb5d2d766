import '@/tests/setup/async-storage';

import { expect, test } from 'vitest';
import { useAnotherAccount } from '@/app/(sign-in)/interaction/actions';
import { confirmSignOut } from '@/app/(sign-in)/sign-out/actions';
import { signOut } from '@/app/actions';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { handleOidc } from '@/lib/oidc';
import { seedPerson } from '@/tests/helpers/people';
import { act, visit } from '@/tests/helpers/relying-party';
import { signedIn } from '@/tests/helpers/signed-in';

const isMarked = ({ cookies }: { cookies: Map<string, string> }) => cookies.has(cookieName('signed-out'));

test('signing out by a button has the next document clear what the browser kept', async () => {
  const { browser } = await seedPerson();
  expect(isMarked(browser)).toBe(false);
  await act(browser, signOut, {});
  expect(isMarked(browser)).toBe(true);
  const { browser: another } = await seedPerson();
  await act(another, useAnotherAccount, { uid: 'x' });
  expect(isMarked(another)).toBe(true);
});

test('signing out as an app asked does so too, confirmed on our page or at once', async () => {
  const logout = `${config.publicUrl}/oidc/logout?`;
  const one = await signedIn();
  const { page } = await visit(one.browser, `${logout}client_id=${one.client.id}`);
  await act(one.browser, confirmSignOut, { query: page!.split('?')[1]! });
  expect(isMarked(one.browser)).toBe(true);

  const two = await signedIn();
  const cookie = [...two.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const hinted = await handleOidc(
    new Request(`${logout}id_token_hint=${two.tokens.id_token}`, { headers: { cookie } }),
  );
  expect(hinted.headers.get('clear-site-data')).toBe('"cache", "storage"');
});
