import { expect, test } from 'vitest';
import { judgeStepUpMethods } from './ways-in';

const free = { recoveryId: null, heldUntil: null };
const until = new Date(Date.now() + 60_000);
const held = { recoveryId: crypto.randomUUID(), heldUntil: until };
const password = { changedAt: new Date(), ...free };
const none = { enrolledAt: undefined, codesLeft: 0, ...free };
const code = { ...none, enrolledAt: new Date() };
const passkey = { heldUntil: null };
type Ways = Parameters<typeof judgeStepUpMethods>[0];

const methods = (ways: Partial<Ways>, strong: boolean, passkeyIsTwoFactors = true) => {
  const all = { passkeys: [], password: undefined, secondFactor: none, ...ways } as Ways;
  const judged = judgeStepUpMethods(all, passkeyIsTwoFactors, strong);
  return [judged.passkey, judged.password, judged.onHold];
};

test.each<[string, Partial<Ways>, boolean[], boolean[]]>([
  ['nothing', {}, [false, false, false], [false, false, false]],
  ['a passkey', { passkeys: [passkey] }, [true, false, false], [true, false, false]],
  ['a password', { password }, [false, true, false], [false, false, false]],
  ['a password and a code', { password, secondFactor: code }, [false, true, false], [false, true, false]],
  ['a passkey on hold', { passkeys: [{ heldUntil: `${until}` }] }, [true, false, true], [false, false, true]],
  [
    'a password on hold',
    { password: { ...password, ...held }, secondFactor: code },
    [false, true, false],
    [false, false, false],
  ],
  ['a code on hold', { password, secondFactor: { ...code, ...held } }, [false, true, true], [false, false, true]],
])('%s confirms by the list of ways in, and what is held not for administrators', (_, ways, weak, strong) => {
  expect([methods(ways, false), methods(ways, true)]).toEqual([weak, strong]);
});

test('a passkey that counts as one factor does not confirm where two-step sign-in is on', () => {
  const ways = { passkeys: [passkey], password, secondFactor: code };
  expect([methods(ways, false, false), methods({ passkeys: [passkey] }, false, false)]).toEqual([
    [false, true, false],
    [true, false, false],
  ]);
});
