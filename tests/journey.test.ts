import { expect, test } from 'vitest';
import * as one from '@/app/api/passkeys/[id]/route';
import * as list from '@/app/api/passkeys/route';
import * as stepUpOptions from '@/app/api/passkeys/step-up/options/route';
import * as stepUpVerify from '@/app/api/passkeys/step-up/verify/route';
import { Browser } from '@/tests/helpers/browser';
import { addPasskey, newPerson, signIn } from '@/tests/helpers/people';

test('a person is invited, signs in elsewhere, adds, renames and removes passkeys', async () => {
  const { authenticator, passkey } = await newPerson();
  expect(passkey).toMatchObject({ usedInThisSession: true, backupState: false });

  const browser = new Browser();
  expect(await signIn(browser, authenticator)).toMatchObject({
    status: 200,
    json: { status: 'signed-in', redirectTo: '/account' },
  });

  const { json: stepUp } = await browser.send(stepUpOptions.POST);
  const body = { challengeId: stepUp.challengeId, credential: authenticator.signIn(stepUp.options) };
  expect(await browser.send(stepUpVerify.POST, { body })).toMatchObject({
    status: 200,
    json: { validUntil: expect.any(String) },
  });

  const { passkey: second } = await addPasskey(browser, authenticator);
  const params = { id: second.id };
  expect(await browser.send(one.PATCH, { method: 'PATCH', params, body: { name: ' Desk ' } })).toMatchObject({
    json: { passkey: { name: 'Desk' } },
  });
  const { json } = await browser.send(list.GET, { method: 'GET' });
  expect(json.passkeys).toHaveLength(2);

  expect((await browser.send(one.DELETE, { method: 'DELETE', params })).status).toBe(204);
  expect(await browser.send(one.DELETE, { method: 'DELETE', params: { id: passkey.id } })).toMatchObject({
    status: 409,
    json: { error: { code: 'last_way_in' } },
  });
});
