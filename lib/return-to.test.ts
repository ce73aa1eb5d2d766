import { expect, test } from 'vitest';
import { safeReturnTo } from '@/lib/return-to';

test.each([
  ['/account/passkeys', '/account/passkeys'],
  ['/account?tab=1#top', '/account?tab=1#top'],
  ['/a/../account', '/account'],
  ['/%2f%2fevil.example', '/%2f%2fevil.example'],
  ['/a b', '/a%20b'],
  ['/a\u0000b', '/a%00b'],
  ['/grüße', '/gr%C3%BC%C3%9Fe'],
])('I7: %j leads to %j', (path, to) => {
  expect(safeReturnTo(path)).toBe(to);
});

test.each([
  [undefined],
  [null],
  [''],
  ['account'],
  ['//evil.example'],
  ['///evil.example'],
  ['/\\evil.example'],
  ['\\\\evil.example'],
  ['/\t/evil.example'],
  ['/\n/evil.example'],
  ['/.//evil.example'],
  ['/a/..//evil.example'],
  ['/..//evil.example'],
  ['/%2e//evil.example'],
  ['https://evil.example'],
  ['https:evil.example'],
  ['javascript:alert(1)'],
  ['data:text/html,x'],
  [' /account/x'],
  ['@evil.example'],
  ['http://latchkey.invalid/account/x'],
  [`/${'a'.repeat(2000)}`],
])('I7: %j does not leave: it leads to the account', (path) => {
  expect(safeReturnTo(path)).toBe('/account');
});

test.each(['/.//evil.example', '/a/..//evil.example', '/x?y=//evil.example', '/a\\b'])(
  '%j is canonical after once: doing it again changes nothing',
  (path) => {
    expect(safeReturnTo(safeReturnTo(path))).toBe(safeReturnTo(path));
  },
);
