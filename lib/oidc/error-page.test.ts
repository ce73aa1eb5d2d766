import { expect, test } from 'vitest';
import { renderError } from './error-page';

test('whatever an error says is text on its page, which loads nothing and is framed by nobody (H22)', async () => {
  const headers = new Map<string, string>();
  const cookies = { get: () => 'dark; } body { display: none' };
  const ctx = { body: '', type: '', cookies, set: (name: string, value: string) => headers.set(name, value) };
  const out = { error: '<b>bad</b>', error_description: `"><script>alert('x')</script>&amp;` };
  await renderError!(ctx as never, out as never, new Error('not shown'));
  expect(ctx.body).not.toMatch(/<b>|<script|not shown/);
  expect(ctx.body).toContain('&#60;b&#62;bad');
  expect(ctx.body).not.toContain('display: none');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});
