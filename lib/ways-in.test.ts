import { readFileSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { passkeys } from '@/db/schema';
import { sourceFiles } from '@/tests/architecture-rules';
import { givePassword } from '@/tests/helpers/factors';
import { seedPasskey, seedPerson } from '@/tests/helpers/people';
import { hasOtherWayIn } from './users';
import { describeSignIn, wayInOf, waysIn } from './ways-in';

test('what a session remembers names its way in, in the words of people', () => {
  expect(
    [['hwk', 'user', 'mfa'], ['swk', 'user', 'otp', 'mfa'], ['pwd'], ['pwd', 'otp', 'mfa'], ['mail'], ['cli'], []].map(
      (amr) => [wayInOf(amr), describeSignIn(amr)],
    ),
  ).toEqual([
    ['passkey', 'with a passkey'],
    ['passkey', 'with a passkey and a code'],
    ['password', 'with the password'],
    ['password', 'with the password and a code'],
    ['mail-link', 'with a recovery link'],
    ['server-link', 'with a link from the server'],
    [undefined, 'with a passkey'],
  ]);
});

test('no value of `amr` belongs to two ways in, and no other file knows one', () => {
  const values: string[] = Object.values(waysIn).flatMap(({ amr }) => [...amr]);
  expect(new Set(values).size).toBe(values.length);
  const naming = sourceFiles(process.cwd()).filter((file) => /'(hwk|swk|pwd|cli)'/.test(readFileSync(file, 'utf8')));
  expect(naming).toEqual(['lib/ways-in.ts']);
});

test('the last way in that counts is known, whichever it is', async () => {
  const person = await seedPerson();
  const others = async () => [
    await hasOtherWayIn(db, person.userId, 'passkey'),
    await hasOtherWayIn(db, person.userId, 'password'),
  ];
  expect(await others(), 'one passkey').toEqual([false, true]);
  await seedPasskey(person.authenticator, person.user);
  expect(await others(), 'two passkeys').toEqual([true, true]);
  await givePassword(person);
  await db.update(passkeys).set({ removedAt: new Date() }).where(eq(passkeys.id, person.passkey.id));
  expect(await others(), 'a passkey and a password').toEqual([true, true]);
  await db.update(passkeys).set({ removedAt: new Date() });
  expect(await others(), 'a password').toEqual([true, false]);
});
