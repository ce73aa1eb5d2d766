import { expect, test } from 'vitest';
import { emailAddress } from './email';

test.each([
  ['ada@example.com', 'ada@example.com'],
  ['  Ada.Lovelace@Example.COM ', 'ada.lovelace@example.com'],
  ['ada+tag@mail.example.co.uk', 'ada+tag@mail.example.co.uk'],
  ["o'neil@example.com", "o'neil@example.com"],
  ['a_b-c!#$%&*/=?^`{|}~@example.com', 'a_b-c!#$%&*/=?^`{|}~@example.com'],
  ['ada＠example.com', 'ada@example.com'],
  ['ａｄａ@example.com', 'ada@example.com'],
  ['ﬁona@example.com', 'fiona@example.com'],
  ['K\u212aelvin@example.com', 'kkelvin@example.com'],
  ['ada@xn--mnchen-3ya.example', 'ada@xn--mnchen-3ya.example'],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
])('F16, I16: %j is %j', (input, stored) => {
  expect(emailAddress.parse(input)).toBe(stored);
  expect(emailAddress.parse(stored)).toBe(stored);
});

test.each([
  ['a list', 'ada@example.com,eve@example.com'],
  ['a list by semicolon', 'ada@example.com;eve@example.com'],
  ['a list by space', 'ada@example.com eve@example.com'],
  ['a full-width comma', 'ada@example.com，eve@example.com'],
  ['two signs', 'ada@eve.example@example.com'],
  ['two signs, one full-width', 'ada＠eve.example@example.com'],
  ['CR and LF', 'ada@example.com\r\nBcc: eve@example.com'],
  ['CR and LF inside the local part', 'ada\r\n@example.com'],
  ['NUL', 'ada\u0000@example.com'],
  ['a lone surrogate', 'ada\ud800@example.com'],
  ['a quoted local part', '"ada"@example.com'],
  ['a quoted sign', '"eve@evil.example"@example.com'],
  ['a comment', 'ada(x)@example.com'],
  ['a display name', 'Ada <ada@example.com>'],
  ['angle brackets', '<ada@example.com>'],
  ['a mailto', 'mailto:ada@example.com'],
  ['a route', '@evil.example:ada@example.com'],
  ['a Cyrillic look-alike', 'аda@example.com'],
  ['a look-alike domain', 'ada@exаmple.com'],
  ['an ideographic stop', 'ada@example\u3002com'],
  ['zero width', 'ada\u200b@example.com'],
  ['a right-to-left override', 'ada\u202e@example.com'],
  ['a dotless i', 'adaı@example.com'],
  ['a capital I with a dot', 'İda@example.com'],
  ['a leading dot', '.ada@example.com'],
  ['two dots', 'ada..l@example.com'],
  ['an address literal', 'ada@[192.0.2.1]'],
  ['an IP address', 'ada@192.0.2.1'],
  ['a host alone', 'ada@localhost'],
  ['a label with a hyphen in front', 'ada@-example.com'],
  ['a label of 64', `ada@${'a'.repeat(64)}.com`],
  ['a local part of 65', `${'a'.repeat(65)}@example.com`],
  ['255 characters', `a@${'a.'.repeat(125)}com`],
  ['a megabyte', `${'a'.repeat(1_000_000)}@example.com`],
  ['nothing', ''],
  ['an array', ['ada@example.com']],
  ['an object', { email: 'ada@example.com' }],
])('F16: %s is refused', (_, input) => {
  expect(emailAddress.safeParse(input).success).toBe(false);
});

test.each([
  ['ada@münchen.example', 'Write the part after @ as mail servers know it: xn--mnchen-3ya.example'],
  ['ada@exаmple.com', 'Write the part after @ as mail servers know it: xn--exmple-4nf.com'],
  ['аda@example.com', 'Enter an e-mail address such as you@example.com.'],
])('an address in other letters (%s) is refused with what to write', (input, sentence) => {
  expect(emailAddress.safeParse(input).error?.issues.map(({ message }) => message)).toEqual([sentence]);
});

test('a hostile text is refused without trying for long', () => {
  const hostile = [`${'a.'.repeat(490)}@`, `a@${'a-'.repeat(490)}`, `a@${'a'.repeat(990)}!`];
  for (const text of hostile) expect(emailAddress.safeParse(text).success).toBe(false);
});
