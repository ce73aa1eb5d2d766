import { expect, test } from 'vitest';
import { seedPerson } from '@/tests/helpers/people';
import { registerClient } from '@/tests/helpers/relying-party';

test('the whole code flow with openid-client, for somebody signed in, without a page in between (H13)', async () => {
  const client = await registerClient();
  const { browser, userId, email, user } = await seedPerson();
  const tokens = await client.signIn(browser);
  expect(tokens.claims()).toMatchObject({
    sub: userId,
    email,
    name: user.name,
    acr: 'phrh',
    amr: ['hwk', 'user', 'mfa'],
  });
});
