import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { GET } from '@/app/api/passkeys/route';
import { db } from '@/db';
import { passkeys } from '@/db/schema';
import { Browser } from '@/tests/helpers/browser';
import { expectRefused } from '@/tests/helpers/ceremonies';
import { seedPasskey, seedPerson, seedSession } from '@/tests/helpers/people';

const list = (browser: Browser) => browser.send(GET, { method: 'GET' });

test('D4, D6: the complete list of this person, oldest first, with what the Signal API needs and never a key', async () => {
  const { browser, authenticator, user, passkey } = await seedPerson();
  const second = await seedPasskey(authenticator, user, {
    aaguid: 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4',
    lastUsedAt: new Date(),
  });
  const removed = await seedPasskey(authenticator, user, { removedAt: new Date() });
  await seedPerson();

  const { status, headers, json } = await list(browser);
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(json).toEqual({
    rpId: 'localhost',
    userHandle: Buffer.from(user.handle).toString('base64url'),
    passkeys: [
      {
        id: passkey.id,
        credentialId: passkey.credentialId,
        name: 'Seeded',
        provider: null,
        aaguid: passkey.aaguid,
        transports: ['internal'],
        authenticatorAttachment: null,
        backupEligible: false,
        backupState: false,
        createdAt: passkey.createdAt.toISOString(),
        lastUsedAt: null,
        counterRegressedAt: null,
        backupEligibilityChangedAt: null,
        heldUntil: null,
        usedInThisSession: true,
      },
      expect.objectContaining({
        id: second.id,
        provider: 'Google Password Manager',
        lastUsedAt: second.lastUsedAt!.toISOString(),
        usedInThisSession: false,
      }),
    ],
  });
  expect(JSON.stringify(json)).not.toContain(removed.credentialId);
});

test('D11: without any left, the list still says whose it is, so that the password manager can be told', async () => {
  const { browser, user, userId } = await seedPerson();
  await db.delete(passkeys).where(eq(passkeys.userId, userId));
  await seedSession(browser, userId, null);
  const userHandle = Buffer.from(user.handle).toString('base64url');
  expect((await list(browser)).json).toEqual({ rpId: 'localhost', userHandle, passkeys: [] });
});

test('D6: nobody without a session gets an empty list', async () => {
  await expectRefused(() => list(new Browser()), { code: 'session_required' });
});

test('D6: fifty are all there', async () => {
  const { browser, authenticator, user, userId } = await seedPerson();
  for (let number = 2; number <= 50; number += 1) await seedPasskey(authenticator, user);
  const { json } = await list(browser);
  expect(json.passkeys).toHaveLength(await db.$count(passkeys, eq(passkeys.userId, userId)));
  expect(json.passkeys).toHaveLength(50);
});
