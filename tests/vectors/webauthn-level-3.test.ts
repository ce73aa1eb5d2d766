import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { challenges, passkeys, sessions, totpSecrets } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { hashToken } from '@/lib/crypto';
import { type Ceremony, expectRefused, failureOf, finish } from '@/tests/helpers/ceremonies';
import { eventsOf, onlyRow } from '@/tests/helpers/database';
import { type Person, seedPerson } from '@/tests/helpers/people';
import { withSettings } from '@/tests/setup/settings';
import { derive, examples, fingerprint } from './webauthn-level-3';

/** A service of the Recommendation's own: what it signs in to. */
const service = { PUBLIC_URL: 'https://example.org', TRUSTED_PROXIES: 'none' };

type Registered = { uv: boolean; be: boolean; bs: boolean; format: string };
type SignedIn = { status: 'signed-in' | 'second-factor-needed'; bs: boolean };
type Row = { registration: Registered | string; authentication?: SignedIn | string };

const stored = (flags: string, format: string): Registered => ({
  uv: flags.includes('UV'),
  be: flags.includes('BE'),
  bs: flags.includes('BS'),
  format,
});
const twoFactors = (bs = false): SignedIn => ({ status: 'signed-in', bs });
const oneFactor = (bs = false): SignedIn => ({ status: 'second-factor-needed', bs });

/**
 * Requirements, Annex 1: what becomes of each example here, on an account with two-step sign-in. A text is the reason
 * of a refusal. Statements are checked where the library can, and trusted nowhere; android-key is refused unseen,
 * because the library would fetch revocation lists for it. The library refuses the example of tpm, whose manufacturer
 * "id:00000000" is in no registry, and that of fido-u2f, whose AAGUID is not the zeros that U2F has.
 */
const policy: Record<string, Row> = {
  'none-es256': { registration: stored('BE BS', 'none'), authentication: oneFactor(true) },
  'packed-self-es256': { registration: stored('UV BE BS', 'packed'), authentication: oneFactor(false) },
  'none-es256-crossOrigin': { registration: 'cross_origin', authentication: 'cross_origin' },
  'none-es256-topOrigin': { registration: 'cross_origin', authentication: 'cross_origin' },
  'none-es256-long-credential-id': { registration: stored('BE', 'none'), authentication: oneFactor() },
  'packed-es256': { registration: stored('UV BE', 'packed'), authentication: twoFactors() },
  'packed-es384': { registration: 'not_verified' },
  'packed-es512': { registration: 'not_verified' },
  'packed-rs256': { registration: stored('UV BE BS', 'packed'), authentication: oneFactor(true) },
  'packed-eddsa': { registration: stored('', 'packed'), authentication: oneFactor() },
  'packed-ed448': { registration: 'not_verified' },
  'tpm-es256': { registration: 'not_verified' },
  'android-key-es256': { registration: 'attestation_not_supported' },
  'apple-es256': { registration: stored('BE', 'apple'), authentication: oneFactor() },
  'fido-u2f-es256': { registration: 'not_verified' },
};

test('every example of §16 has its line', () => {
  expect(Object.keys(policy)).toEqual(Object.keys(examples));
});

test.each(Object.entries(examples))('%s is, byte for byte, what the Recommendation prints', (_name, example) => {
  expect(fingerprint(derive(example))).toBe(example.published);
});

test.each(Object.entries(policy))('%s', (name, row) => withSettings(service, () => play(name, row)));

async function play(name: string, { registration, authentication }: Row) {
  const example = derive(examples[name]!);
  const person = await seedPerson();
  const id = example.registration.id.toString('base64url');

  const { clientDataJSON, attestationObject, publicKey } = example.registration;
  const challengeId = await challenge(person, 'register', example.registration.challenge);
  const response = encoded({ clientDataJSON, attestationObject });
  const answer = { challengeId, credential: { id, rawId: id, type: 'public-key', response } };
  if (typeof registration === 'string') {
    const events = [{ type: 'passkey.register.failure', reason: registration }];
    await expectRefused(() => finish(person.browser, 'register', answer), {
      code: 'registration_failed',
      events,
      burnt: challengeId,
    });
    if (authentication)
      await db
        .update(passkeys)
        .set({ credentialId: id, publicKey: Uint8Array.from(publicKey) })
        .where(eq(passkeys.id, person.passkey.id));
  } else {
    expect(await finish(person.browser, 'register', answer)).toMatchObject({
      status: 201,
      json: { passkey: { credentialId: id } },
    });
    const { uv, be, bs, format } = registration;
    const expected = {
      uvInitialized: uv,
      backupEligible: be,
      backupState: bs,
      attestationFormat: format,
      attestationObject: null,
      signCount: 0,
    };
    expect(await onlyRow(db.select().from(passkeys).where(eq(passkeys.credentialId, id)))).toMatchObject(expected);
  }
  if (authentication) await playAuthentication(person, id, example.authentication, authentication, registration);
}

type Example = ReturnType<typeof derive>['authentication'];

async function playAuthentication(
  person: Person,
  id: string,
  example: Example,
  expected: SignedIn | string,
  before: Registered | string,
) {
  await enableSecondFactor(person);
  const { challenge: value, ...signed } = example;
  const challengeId = await challenge(person, 'authenticate', value);
  const response = {
    ...encoded(signed),
    userHandle: Buffer.from(person.user.handle).toString('base64url'),
  };
  const body = { challengeId, credential: { id, rawId: id, type: 'public-key', response } };
  if (typeof expected === 'string') {
    const events = [{ type: failureOf('authenticate'), reason: expected }];
    await expectRefused(() => finish(person.browser, 'authenticate', body), {
      code: 'authentication_failed',
      events,
      burnt: challengeId,
    });
    return;
  }
  const reply = await finish(person.browser, 'authenticate', body);
  expect(reply).toMatchObject({ status: 200, json: { status: expected.status } });
  const row = await onlyRow(db.select().from(passkeys).where(eq(passkeys.credentialId, id)));
  expect(row).toMatchObject({
    backupState: expected.bs,
    uvInitialized: (before as Registered).uv,
    lastUsedAt: expect.any(Date),
  });
  const recorded = (await eventsOf(reply.headers.get('x-request-id')!)).map(({ type }) => type);
  expect(recorded.includes('passkey.backup-changed')).toBe((before as Registered).bs !== expected.bs);
}

/** The challenge of an example, as if it had been asked of this person's browser. */
async function challenge({ browser, userId }: Person, purpose: Ceremony, value: Buffer) {
  const session = await onlyRow(db.select().from(sessions).where(eq(sessions.userId, userId)));
  const [row] = await db
    .insert(challenges)
    .values({
      purpose,
      value: value.toString('base64url'),
      browserHash: hashToken(browser.cookies.get(cookieName('browser'))!),
      discoverable: purpose === 'authenticate',
      userVerification: false,
      userId: purpose === 'register' ? userId : null,
      sessionId: purpose === 'register' ? session.id : null,
      expiresAt: new Date(Date.now() + 300_000),
    })
    .returning();
  return row!.id;
}

const enableSecondFactor = ({ userId }: Person) =>
  db.insert(totpSecrets).values({ userId, secret: new Uint8Array(20), keyId: 'none', confirmedAt: new Date() });

const encoded = (members: Record<string, Buffer>) =>
  Object.fromEntries(Object.entries(members).map(([name, bytes]) => [name, bytes.toString('base64url')]));
