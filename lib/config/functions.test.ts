import { describe, expect, test } from 'vitest';
import { parseConfig } from '@/lib/config';

const secret = 'Q7xk2mVt9bLr4nWc8pZs1dHf6gJy3aEu';

describe('where a platform calls functions', () => {
  const there = {
    VERCEL: '1',
    PUBLIC_URL: 'https://id.example.com',
    APP_SECRET: secret,
    DATABASE_URL: 'postgres://h/d',
  };

  test('the platform is the proxy, and few connections are kept', () => {
    const parsed = parseConfig({ ...there, CRON_SECRET: 'c'.repeat(16) });
    expect(parsed).toMatchObject({ functions: true, trustedProxies: [], databasePoolSize: 2, warnings: [] });
    expect(parseConfig({ ...there, DATABASE_POOL_SIZE: '7' }).databasePoolSize).toBe(7);
  });

  test.each([
    [{ DATABASE_URL: '' }, /DATABASE_URL is missing: functions have no disk that lasts/],
    [{ PUBLIC_URL: '' }, /PUBLIC_URL is missing/],
    [{ PUBLIC_URL: 'http://localhost:3000' }, /PUBLIC_URL is on localhost/],
    [{ APP_SECRET: '' }, /APP_SECRET is missing/],
  ])('%j is refused', (settings, message) => {
    expect(() => parseConfig({ ...there, ...settings })).toThrow(message);
  });

  test('without a secret for a scheduler the operator is told what stays undone', () => {
    expect(parseConfig(there).warnings).toEqual([expect.stringMatching(/^CRON_SECRET is missing/)]);
  });
});

test('our image refuses to start without its address, and says which setting is missing', () => {
  const image = { LATCHKEY_IMAGE: '1', DATA_DIR: 'memory:' };
  for (const none of [{}, { PUBLIC_URL: '' }])
    expect(() => parseConfig({ ...image, ...none })).toThrow(/PUBLIC_URL is missing: set the address that people open/);
  expect(parseConfig({ ...image, PUBLIC_URL: 'http://localhost:3000' }).local).toBe(true);
});
