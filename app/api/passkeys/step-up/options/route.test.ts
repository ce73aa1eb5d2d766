import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { challenges, sessions } from '@/db/schema';
import { Browser } from '@/tests/helpers/browser';
import { ask, expectRefused } from '@/tests/helpers/ceremonies';
import { onlyRow } from '@/tests/helpers/database';
import { seedPasskey, seedPerson } from '@/tests/helpers/people';

test('A18: names this person’s passkeys and demands verification, whatever the settings say', async () => {
  const { browser, authenticator, user, userId, passkey } = await seedPerson({ transports: ['usb'] });
  const second = await seedPasskey(authenticator, user);
  await seedPasskey(authenticator, user, { removedAt: new Date() });
  await seedPerson();

  const { status, headers, json } = await ask(browser, 'step-up');
  expect(status).toBe(200);
  expect(json.options).toEqual({
    rpId: 'localhost',
    challenge: expect.stringMatching(/^[\w-]{43}$/),
    timeout: 300_000,
    userVerification: 'required',
    allowCredentials: [
      { id: passkey.credentialId, type: 'public-key', transports: ['usb'] },
      { id: second.credentialId, type: 'public-key', transports: ['internal'] },
    ],
  });
  expect(headers.get('cache-control')).toBe('no-store');
  const session = await onlyRow(db.select().from(sessions).where(eq(sessions.userId, userId)));
  const challenge = await onlyRow(db.select().from(challenges));
  expect(challenge).toMatchObject({ userVerification: true, discoverable: false, userId, sessionId: session.id });
});

test('nobody without a session', async () => {
  await expectRefused(() => ask(new Browser(), 'step-up'), { code: 'session_required' });
});
