import { expect, test } from 'vitest';
import * as relatedOrigins from '@/app/.well-known/webauthn/route';
import * as signInOptions from '@/app/api/passkeys/authenticate/options/route';
import * as registerOptions from '@/app/api/passkeys/register/options/route';
import * as registerVerify from '@/app/api/passkeys/register/verify/route';
import { db } from '@/db';
import { passkeys } from '@/db/schema';
import { Browser } from '@/tests/helpers/browser';
import { addPasskey, seedPerson, signIn } from '@/tests/helpers/people';
import { withSettings } from '@/tests/setup/settings';

const request = new Request('http://localhost:3000/.well-known/webauthn');

type Options = Record<string, unknown>;

/** What a browser is handed for a new passkey and for a sign-in. */
async function bothOptions(settings: Record<string, string>, browser: Browser) {
  return withSettings(settings, async () => {
    const { json: register } = await browser.send(registerOptions.POST);
    const { json: signIn } = await browser.send(signInOptions.POST);
    return { register: register.options as Options, signIn: signIn.options as Options, expiresAt: signIn.expiresAt };
  });
}

test('the settings by themselves: everything a passkey provider is asked for', async () => {
  const { register, signIn } = await bothOptions({}, (await seedPerson()).browser);
  expect(register).toMatchObject({
    rp: { id: 'localhost', name: 'Latchkey' },
    timeout: 300_000,
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'preferred' },
  });
  expect(register.authenticatorSelection).not.toHaveProperty('authenticatorAttachment', expect.any(String));
  expect(signIn).toMatchObject({ rpId: 'localhost', timeout: 300_000, userVerification: 'preferred' });
});

const onAnotherHost = { PUBLIC_URL: 'http://app.localhost:3000' };
const shows: [Record<string, string>, Options, Options][] = [
  [{ WEBAUTHN_RP_NAME: 'Acme' }, { rp: { name: 'Acme', id: 'localhost' } }, {}],
  [{ WEBAUTHN_CHALLENGE_TIMEOUT: '450' }, { timeout: 450_000 }, { timeout: 450_000 }],
  [
    { WEBAUTHN_AUTHENTICATOR_ATTACHMENT: 'cross-platform' },
    { authenticatorSelection: { authenticatorAttachment: 'cross-platform' } },
    {},
  ],
  [
    { WEBAUTHN_AUTHENTICATOR_ATTACHMENT: 'platform' },
    { authenticatorSelection: { authenticatorAttachment: 'platform' } },
    {},
  ],
  [
    { WEBAUTHN_USER_VERIFICATION: 'required' },
    { authenticatorSelection: { userVerification: 'required' } },
    { userVerification: 'required' },
  ],
  [
    { WEBAUTHN_USER_VERIFICATION: 'discouraged' },
    { authenticatorSelection: { userVerification: 'discouraged' } },
    { userVerification: 'discouraged' },
  ],
  [{ WEBAUTHN_ATTESTATION: 'direct' }, { attestation: 'direct' }, {}],
  [{ WEBAUTHN_ATTESTATION: 'indirect' }, { attestation: 'indirect' }, {}],
  [{ WEBAUTHN_ATTESTATION: 'enterprise' }, { attestation: 'enterprise' }, {}],
  [
    { WEBAUTHN_RESIDENT_KEY: 'preferred' },
    { authenticatorSelection: { residentKey: 'preferred', requireResidentKey: false } },
    {},
  ],
  [
    { WEBAUTHN_RESIDENT_KEY: 'discouraged' },
    { authenticatorSelection: { residentKey: 'discouraged', requireResidentKey: false } },
    {},
  ],
  [
    { ...onAnotherHost, WEBAUTHN_RP_ID: 'localhost' },
    { rp: { id: 'localhost', name: 'Latchkey' } },
    { rpId: 'localhost' },
  ],
  [onAnotherHost, { rp: { id: 'app.localhost', name: 'Latchkey' } }, { rpId: 'app.localhost' }],
];

test('each of the settings shows in the options that browsers get', async () => {
  const { browser } = await seedPerson();
  for (const [settings, inRegister, inSignIn] of shows) {
    const { register, signIn } = await bothOptions(settings, browser);
    expect({ settings, register, signIn }).toMatchObject({ settings, register: inRegister, signIn: inSignIn });
  }
});

test('A4: WEBAUTHN_CHALLENGE_TIMEOUT is how long a challenge can be answered', async () => {
  const { expiresAt } = await bothOptions({ WEBAUTHN_CHALLENGE_TIMEOUT: '600' }, (await seedPerson()).browser);
  const left = (new Date(expiresAt).getTime() - Date.now()) / 1000;
  expect(left).toBeGreaterThan(500);
  expect(left).toBeLessThanOrEqual(600);
});

test('WEBAUTHN_RP_ORIGIN: an answer from a related origin is taken, and one from any other is not', async () => {
  const { authenticator } = await seedPerson();
  const settings = { WEBAUTHN_RP_ORIGIN: 'http://localhost:3000,https://shop.example' };
  authenticator.origin = 'https://shop.example';
  expect((await signIn(new Browser(), authenticator)).status).toBe(401);
  expect((await withSettings(settings, () => signIn(new Browser(), authenticator))).status).toBe(200);
  authenticator.origin = 'https://shop.example.evil.example';
  expect((await withSettings(settings, () => signIn(new Browser(), authenticator))).status).toBe(401);
});

test('A24: related origins are published as the standard wants, and only where there are some', async () => {
  expect((await relatedOrigins.GET(request)).status).toBe(404);
  await withSettings({ WEBAUTHN_RP_ORIGIN: 'http://localhost:3000,http://app.localhost:3000' }, async () => {
    expect((await relatedOrigins.GET(request)).status).toBe(404);
  });
  await withSettings({ WEBAUTHN_RP_ORIGIN: 'http://localhost:3000,https://shop.example' }, async () => {
    const response = await relatedOrigins.GET(request);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.json()).toEqual({ origins: ['http://localhost:3000', 'https://shop.example'] });
  });
});

test('N10: WEBAUTHN_RP_ID: a passkey of another RP ID is refused', async () => {
  const { authenticator } = await seedPerson();
  expect((await signIn(new Browser(), authenticator, { rpId: 'other.example' })).status).toBe(401);
});

test('A14: WEBAUTHN_USER_VERIFICATION=required is demanded of the answer too, at sign-in and for a new passkey', async () => {
  const { browser, authenticator } = await seedPerson();
  const unverified = { flags: { uv: false } };
  expect((await signIn(new Browser(), authenticator, unverified)).status).toBe(200);
  await withSettings({ WEBAUTHN_USER_VERIFICATION: 'required' }, async () => {
    expect((await signIn(new Browser(), authenticator, unverified)).status).toBe(401);
    await expect(addPasskey(browser, authenticator, unverified)).rejects.toThrow('registration_failed');
  });
  await addPasskey(browser, authenticator, unverified);
});

test('WEBAUTHN_RESIDENT_KEY: a passkey that says it is not discoverable is refused where that is required', async () => {
  const { browser, authenticator } = await seedPerson();
  const register = async () => {
    const { json } = await browser.send(registerOptions.POST);
    const credential = {
      ...authenticator.register(json.options),
      clientExtensionResults: { credProps: { rk: false } },
    };
    return (await browser.send(registerVerify.POST, { body: { challengeId: json.challengeId, credential } })).status;
  };
  expect(await register()).toBe(400);
  expect(await withSettings({ WEBAUTHN_RESIDENT_KEY: 'preferred' }, register)).toBe(201);
});

test('WEBAUTHN_ATTESTATION: a statement is kept only where one was asked for', async () => {
  const { browser, authenticator } = await seedPerson();
  await withSettings({ WEBAUTHN_ATTESTATION: 'direct' }, () => addPasskey(browser, authenticator));
  const rows = await db.select({ attestation: passkeys.attestationObject }).from(passkeys).orderBy(passkeys.createdAt);
  expect(rows.map(({ attestation }) => attestation !== null)).toEqual([false, true]);
});
