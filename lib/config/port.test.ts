import { expect, test } from 'vitest';
import { parseConfig } from '@/lib/config';
import { serverAddress } from '@/scripts/address.mjs';

const publicUrl = (given: Record<string, string>) => parseConfig({ DATA_DIR: 'memory:', ...given }).publicUrl;

test('without PUBLIC_URL the address is localhost, with the port that is listened on', () => {
  expect([publicUrl({}), publicUrl({ PORT: '4777' })]).toEqual(['http://localhost:3000', 'http://localhost:4777']);
  const where = serverAddress({ PUBLIC_URL: undefined, PORT: '4777' });
  expect(where).toMatchObject({ origin: 'http://localhost:4777', port: 4777 });
});

test('with it, PORT says nothing about the address', () => {
  const PUBLIC_URL = 'http://localhost:5000';
  expect(publicUrl({ PUBLIC_URL, PORT: '4777' })).toBe(PUBLIC_URL);
  expect(serverAddress({ PUBLIC_URL, PORT: '4777' })).toMatchObject({ origin: PUBLIC_URL, port: 4777 });
});
