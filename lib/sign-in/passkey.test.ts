import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { passkeys } from '@/db/schema';
import type { Change } from '@/tests/helpers/authenticator';
import { cbor } from '@/tests/helpers/cbor';
import { finish, start } from '@/tests/helpers/ceremonies';
import { eventsOf, onlyRow, snapshot } from '@/tests/helpers/database';
import { addPasskey, seedPasskey, seedPerson, signIn } from '@/tests/helpers/people';

const clientData = (members: Record<string, unknown>): Change => ({ clientData: members });
const credProtect = cbor(new Map([['credProtect', 2]]));

const honest: [string, string, Change][] = [
  ['C5', 'client data behind a byte order mark', { encodeClientData: (data) => `\ufeff${JSON.stringify(data)}` }],
  ['C5', 'unknown members', clientData({ extraData: 'more may come' })],
  ['C5', 'no word about cross origin', clientData({ crossOrigin: undefined })],
  ['C6', 'extensions with their flag', { extensions: credProtect }],
  ['C6', 'nobody verified, where that was not demanded', { flags: { uv: false } }],
];

test.each(honest)('%s: %s is taken', async (_requirement, _what, change) => {
  const { browser, authenticator } = await seedPerson();
  expect(await signIn(browser, authenticator, change)).toMatchObject({ status: 200, json: { status: 'signed-in' } });
});

test('C10, C16: a sign-in keeps the count, the backup state and the time, and nothing else', async () => {
  const person = await seedPerson({ backupEligible: true, backupState: false, signCount: 6 });
  const reply = await signIn(person.browser, person.authenticator, { flags: { be: true, bs: true } });
  const row = await onlyRow(db.select().from(passkeys));
  expect(row).toEqual({ ...person.passkey, signCount: 7, backupState: true, lastUsedAt: expect.any(Date) });
  expect(await eventsOf(reply.headers.get('x-request-id')!)).toMatchObject([
    { type: 'auth.passkey.success', outcome: 'success', subjectId: person.userId, passkeyId: row.id },
    { type: 'passkey.backup-changed', reason: 'synced', subjectId: person.userId, passkeyId: row.id },
    { type: 'session.created', outcome: 'success', subjectId: person.userId, passkeyId: row.id },
    { type: 'session.revoked', reason: 'replaced', subjectId: person.userId, sessionId: person.session.id },
  ]);
});

test('C16: a passkey that is synced no more says so, in a step-up as well', async () => {
  for (const ceremony of ['authenticate', 'step-up'] as const) {
    const { browser, authenticator, passkey } = await seedPerson({ backupEligible: true, backupState: true });
    const { challengeId, options } = await start(browser, ceremony);
    const credential = authenticator.signIn(options, { flags: { be: true } });
    const reply = await finish(browser, ceremony, { challengeId, credential });
    expect(reply.status).toBe(200);
    expect(await eventsOf(reply.headers.get('x-request-id')!)).toContainEqual(
      expect.objectContaining({ type: 'passkey.backup-changed', reason: 'not_synced', passkeyId: passkey.id }),
    );
    const row = await onlyRow(db.select().from(passkeys).where(eq(passkeys.id, passkey.id)));
    expect(row.backupState).toBe(false);
  }
});

test('an unchanged backup state is not worth an event', async () => {
  const { browser, authenticator } = await seedPerson({ backupEligible: true, backupState: true });
  const reply = await signIn(browser, authenticator, { flags: { be: true, bs: true } });
  expect(await eventsOf(reply.headers.get('x-request-id')!)).toMatchObject([
    { type: 'auth.passkey.success' },
    { type: 'session.created' },
    { type: 'session.revoked', reason: 'replaced' },
  ]);
});

test('any of several passkeys signs in, and only that one is marked as used', async () => {
  const { browser, authenticator, user, passkey } = await seedPerson();
  await seedPasskey(authenticator, user);
  await addPasskey(browser, authenticator);
  const { challengeId, options } = await start(browser, 'authenticate');
  const credential = authenticator.signIn(options, {}, authenticator.passkeys[0]);
  expect((await finish(browser, 'authenticate', { challengeId, credential })).status).toBe(200);
  const used = (await db.select().from(passkeys)).filter(({ lastUsedAt }) => lastUsedAt);
  expect(used.map(({ id }) => id)).toEqual([passkey.id]);
  expect((await snapshot()).passkeys).toHaveLength(3);
});
