import { expect, test } from 'vitest';
import { withSettings } from '@/tests/setup/settings';
import { GET } from './route';

test('D14: password managers find where passkeys are added and managed, on the configured origin', async () => {
  const settings = { PUBLIC_URL: 'https://id.example.com', TRUSTED_PROXIES: 'none' };
  const { status, headers, body } = await withSettings(settings, async () => {
    const response = await GET(new Request('https://id.example.com/.well-known/passkey-endpoints'));
    return { status: response.status, headers: response.headers, body: await response.json() };
  });
  const manage = 'https://id.example.com/account/passkeys';
  expect([status, body]).toEqual([200, { enroll: manage, manage }]);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(headers.get('set-cookie')).toBeNull();
});
