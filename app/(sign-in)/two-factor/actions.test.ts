import '@/tests/setup/async-storage';

import { expect, test } from 'vitest';
import { Browser } from '@/tests/helpers/browser';
import { enterPassword, givePassword, giveTotp, PASSWORD } from '@/tests/helpers/factors';
import { seedPerson } from '@/tests/helpers/people';
import { submit } from '@/tests/setup/request-scope';
import { enterCode } from './actions';

const security = '/account/security?notice=recovery-code-used';

test('F9: a recovery code leads to where a factor is set up anew, and does not lose the app that waits', async () => {
  const person = await seedPerson();
  await givePassword(person);
  const { recoveryCodes, code } = await giveTotp(person);
  const signInTo = async (returnTo: string, entered: string) => {
    const browser = new Browser();
    await enterPassword(browser, person.email, PASSWORD, returnTo);
    return (await submit(enterCode, { code: entered }, { cookies: browser.cookies })).redirectedTo;
  };
  expect(await signInTo('/account', recoveryCodes[0]!)).toBe(security);
  expect(await signInTo('//evil.example/interaction/', recoveryCodes[1]!)).toBe(security);
  expect(await signInTo('/interaction/abcdefghij', recoveryCodes[2]!)).toBe(
    `${security}&return_to=%2Finteraction%2Fabcdefghij`,
  );
  expect(await signInTo('/interaction/abcdefghij', code())).toContain(encodeURIComponent('/interaction/abcdefghij'));
});
