import { expect, test } from 'vitest';
import {
  addressGroup,
  describeBrowser,
  isAddressIn,
  isAddressRange,
  PEER_HEADER,
  requestContextFrom,
} from '@/lib/request-context';
import { withSettings } from '@/tests/setup/settings';

const addressOf = (peer: string | undefined, forwarded?: string, proxies = '') =>
  withSettings({ TRUSTED_PROXIES: proxies }, () => {
    const headers = new Headers();
    if (peer !== undefined) headers.set(PEER_HEADER, peer);
    if (forwarded !== undefined) headers.set('x-forwarded-for', forwarded);
    return requestContextFrom(headers).address;
  });

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['::1', '::1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['', 'unknown'],
  ['not an address', 'unknown'],
  ['192.0.2.1, 198.51.100.1', 'unknown'],
  ['192.0.2.256', 'unknown'],
  [undefined, 'unknown'],
])('J2: the peer %j is known as %s', async (peer, address) => {
  expect(await addressOf(peer)).toBe(address);
});

const evil = '198.51.100.66';
test.each([
  ['no proxy is trusted', '192.0.2.1', evil, '', '192.0.2.1'],
  ['none is said', '192.0.2.1', evil, 'none', '192.0.2.1'],
  ['the peer is not the proxy', '192.0.2.1', evil, '192.0.2.2', '192.0.2.1'],
  ['the peer is unknown', undefined, evil, 'private', 'unknown'],
  ['the proxy said nothing', '10.0.0.1', undefined, 'private', '10.0.0.1'],
  ['the proxy told of one', '10.0.0.1', '203.0.113.5', 'private', '203.0.113.5'],
  ['the client wrote more to the left', '10.0.0.1', `${evil}, 203.0.113.5`, 'private', '203.0.113.5'],
  ['the client claims to be a proxy', '10.0.0.1', `${evil}, 10.9.9.9, 203.0.113.5`, 'private', '203.0.113.5'],
  ['two proxies stand in line', '10.0.0.1', `${evil},203.0.113.5,10.0.0.2`, 'private', '203.0.113.5'],
  ['all are proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', 'private', '10.0.0.3'],
  ['a port', '10.0.0.1', `${evil}, 203.0.113.7:51234`, 'private', '203.0.113.7'],
  ['brackets and a port', '10.0.0.1', `${evil}, [2001:db8::1]:443`, 'private', '2001:db8::1'],
  ['brackets', '10.0.0.1', '[2001:db8::1]', 'private', '2001:db8::1'],
  ['quotes', '10.0.0.1', '"[2001:db8::1]:443"', 'private', '2001:db8::1'],
  ['quotes around an IPv4 address', '10.0.0.1', '"203.0.113.7:51234"', 'private', '203.0.113.7'],
  ['a zone', '10.0.0.1', 'fe80::1%eth0, [fe80::2%eth0]:1', 'private', 'fe80::1%eth0'],
  ['empty parts', '10.0.0.1', `${evil}, , 203.0.113.5, ,,`, 'private', '203.0.113.5'],
  ['proxies with ports in line', '10.0.0.1', `${evil}, 203.0.113.5:1, 10.0.0.2:2`, 'private', '203.0.113.5'],
  ['junk stands between', '10.0.0.1', `${evil}, junk, 10.0.0.2`, 'private', 'unreadable: junk'],
  ['a hidden address', '10.0.0.1', '_hidden', 'private', 'unreadable: _hidden'],
  ['part of an address', '10.0.0.1', '127.1', 'loopback,private', 'unreadable: 127.1'],
  ['a number', '10.0.0.1', '2130706433', 'loopback,private', 'unreadable: 2130706433'],
  ['control characters', '10.0.0.1', 'a\tb\u00e9', 'private', 'unreadable: a?b?'],
  ['a peer that is no proxy is not asked for more', '192.0.2.1', 'junk', 'private', '192.0.2.1'],
  ['the list is empty', '10.0.0.1', ' , ,', 'private', '10.0.0.1'],
  ['the proxy is mapped into IPv6', '::ffff:10.0.0.1', '203.0.113.5', '10.0.0.0/8', '203.0.113.5'],
  ['the proxy is named mapped into IPv6', '10.0.0.1', '203.0.113.5', '::ffff:10.0.0.1', '203.0.113.5'],
  ['the client is mapped into IPv6', '127.0.0.1', '::ffff:203.0.113.5', 'loopback', '203.0.113.5'],
  ['the proxy has an IPv6 address', 'fd00::9', '2001:DB8::0:5', 'private', '2001:db8::5'],
  ['a range of IPv6 is named', '2001:db8:ffff::1', '203.0.113.5', '2001:db8:ffff::/48', '203.0.113.5'],
  ['the loopback of IPv6', '::1', '203.0.113.5', 'loopback', '203.0.113.5'],
  ['loopback is not private', '127.0.0.1', evil, 'private', '127.0.0.1'],
  ['a range of one family is not one of the other', '192.0.2.1', evil, '::/0', '192.0.2.1'],
])('J2, I9: X-Forwarded-For is walked from the right: %s', async (_, peer, forwarded, proxies, address) => {
  expect(await addressOf(peer, forwarded, proxies)).toBe(address);
});

test('a platform that calls functions is the peer itself, and what a visitor sends before its word is not looked at', async () => {
  const on = { VERCEL: '1', PUBLIC_URL: 'https://id.example.com', DATABASE_URL: 'postgres://h/d' };
  const behind = async (proxies: string, forwarded: string) =>
    withSettings(
      { ...on, TRUSTED_PROXIES: proxies },
      () => requestContextFrom(new Headers({ 'x-forwarded-for': forwarded })).address,
    );
  expect(await behind('', '203.0.113.7')).toBe('203.0.113.7');
  expect(await behind('', `${evil}, 203.0.113.7`)).toBe('203.0.113.7');
  expect(await behind('192.0.2.0/24', '203.0.113.7, 192.0.2.1')).toBe('203.0.113.7');
  expect(await behind('', '')).toBe('unknown');
});

test('other headers about the address are not looked at', async () => {
  const names = [
    'forwarded',
    'x-real-ip',
    'x-client-ip',
    'cf-connecting-ip',
    'true-client-ip',
    'x-vercel-forwarded-for',
  ];
  await withSettings({ TRUSTED_PROXIES: 'private' }, () => {
    const headers = new Headers([[PEER_HEADER, '10.0.0.1'], ...names.map((name): [string, string] => [name, evil])]);
    expect(requestContextFrom(headers).address).toBe('10.0.0.1');
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['::1', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
])('J2: %s is counted as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});

const browserOf = (userAgent: string) => requestContextFrom(new Headers({ 'user-agent': userAgent })).browser;

test('K2, K4: what a browser says of itself is cut short and holds no control character', () => {
  expect(browserOf('x'.repeat(10_000))).toHaveLength(256);
  expect(browserOf('a\tb\u001b[31mc\u0085d')).toBe('a b [31mc d');
  expect(requestContextFrom(new Headers()).browser).toBe('');
});

test.each([
  ['', 'Unknown browser'],
  ['<script>alert(1)</script>', 'Unknown browser'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'Chrome on macOS',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox on Linux'],
])('%j is put into words', (userAgent, words) => {
  expect(describeBrowser(userAgent)).toMatch(words);
});

test('a request id is ours: given by the middleware in our form, or made anew', () => {
  const requestId = '6f1c1c1e-9d38-4f0a-8f63-1d2c3b4a5e6f';
  expect(requestContextFrom(new Headers(), requestId).requestId).toBe(requestId);
  for (const wrong of [null, '', 'x'.repeat(36), `${requestId}\n`, requestId.toUpperCase(), `${requestId}0`]) {
    expect(requestContextFrom(new Headers(), wrong).requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(requestContextFrom(new Headers(), wrong).requestId).not.toBe(wrong);
  }
  expect(requestContextFrom(new Headers({ 'x-request-id': requestId })).requestId).not.toBe(requestId);
});

test('what cannot be read is a visitor of its own, never counted as the proxy', async () => {
  const addresses = await Promise.all(['a b', 'c'].map((hop) => addressOf('10.0.0.1', hop, 'private')));
  expect(addresses).toEqual(['unreadable: a?b', 'unreadable: c']);
  expect(addresses.map(addressGroup)).toEqual(addresses);
});

test('a network is IPv4 in four parts or IPv6, never one written as the other', () => {
  const ranges = ['203.0.113.7', '10.0.0.0/8', '2001:db8::1', '2001:db8::/32'];
  expect(ranges.filter(isAddressRange)).toEqual(ranges);
  const others = [
    '10.1',
    '10.1/8',
    '010.0.0.1/8',
    '10.0.0.0/33',
    '::ffff:10.0.0.0/104',
    '10.0.0.0/8/1',
    '',
    'x',
    '2001:db8::/129',
    'fe80::1%eth0',
    '10.0.0.0/08',
  ];
  expect(others.filter(isAddressRange)).toEqual([]);
  expect([isAddressIn('10.2.3.4', '10.0.0.0/8'), isAddressIn('::ffff:10.2.3.4', '10.0.0.0/8')]).toEqual([true, true]);
});
