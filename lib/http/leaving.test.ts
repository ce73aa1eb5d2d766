import { expect, test } from 'vitest';
import { config } from '@/lib/config';
import { leavingTo, navigateTo } from './leaving';

function redirectOf(run: () => never) {
  try {
    return run();
  } catch (error) {
    const [, , to = '', status] = (error as { digest: string }).digest.split(';');
    const [page, query] = to.split('?');
    const parameters = Object.fromEntries(new URLSearchParams(page === '/leaving' ? query : ''));
    return { to, page, status, query: parameters };
  }
}

test.each(['/account', '/signed-out?notice=account-deleted', '/device/done'])(
  'a page of ours is gone to: %s',
  (path) => {
    expect(redirectOf(() => navigateTo(path))).toMatchObject({ to: path, status: '303' });
    expect(redirectOf(() => navigateTo(config.publicUrl + path))).toMatchObject({ to: path, status: '303' });
  },
);

test.each(['/interaction/abc', '/oidc/authorize/abc', '//evil.example/', 'https://app.example/bye?state=s'])(
  'what may end at another site goes by the page that leaves: %s',
  (address) => {
    const { page, status, query } = redirectOf(() => navigateTo(address));
    expect([page, status]).toEqual(['/leaving', '303']);
    expect(leavingTo(query.to!, query.signature!)).toBe(address);
  },
);

test('the page that leaves goes nowhere else than an action of ours sent it', () => {
  const { query } = redirectOf(() => navigateTo('https://app.example/bye'));
  expect(leavingTo('https://evil.example/', query.signature!)).toBeUndefined();
  expect(leavingTo('https://app.example/bye', '')).toBeUndefined();
  expect(leavingTo('https://app.example/bye', `${query.signature}A`)).toBeUndefined();
});
