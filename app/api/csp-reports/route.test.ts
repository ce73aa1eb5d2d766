import { expect, test } from 'vitest';
import { makeLog } from '@/lib/log';
import { call, expectProblem } from '@/tests/setup/routes';
import { withSettings } from '@/tests/setup/settings';
import * as route from './route';

const at = { path: '/api/csp-reports', handlers: route, method: 'POST' };
const type = { 'content-type': 'application/csp-report' };
const report = (more = {}) =>
  JSON.stringify({
    'csp-report': {
      'document-uri': 'http://localhost:3000/sign-up/a-token-that-works-once?code=4711',
      'blocked-uri': 'https://evil.example/x.js?stolen=1',
      'effective-directive': 'script-src-elem',
      'script-sample': 'alert(1)',
      ...more,
    },
  });

/** Sends a report and hands back what was logged of it. */
async function logged(body: string) {
  let text = '';
  const answer = await withSettings({ LOG_LEVEL: 'info' }, async () => {
    const write = (line: string) => {
      text += line;
    };
    (globalThis as Record<symbol, unknown>)[Symbol.for('latchkey.log')] = makeLog({ write });
    return call(at, { body, headers: type });
  });
  return { answer, text };
}

test('K3: of a blocked script the log holds what and on which kind of page, and nothing of a link', async () => {
  const { answer, text } = await logged(report());
  expect([answer.status, answer.text]).toEqual([204, '']);
  expect(JSON.parse(text)).toMatchObject({
    directive: 'script-src-elem',
    blocked: 'https://evil.example',
    page: '/sign-up',
  });
  expect(text).not.toMatch(/a-token|4711|stolen|alert/);
});

test('K4: what a report says is cut short and makes no line of its own', async () => {
  const long = { 'effective-directive': `x\n{"level":60}${'y'.repeat(3000)}`, 'blocked-uri': 'z'.repeat(3000) };
  const { text } = await logged(report({ ...long, 'document-uri': 'no address' }));
  expect(text.trimEnd().split('\n')).toHaveLength(1);
  expect(text.length).toBeLessThan(600);
});

test.each([
  ['{', 400, 'invalid_request'],
  ['[]', 400, 'invalid_request'],
  ['{"csp-report":{}}', 400, 'invalid_request'],
  [report({ 'blocked-uri': 7 }), 400, 'invalid_request'],
  [report({ more: 'x'.repeat(70_000) }), 413, 'too_large'],
])('I8: %.40s is refused and not logged', async (body, status, code) => {
  const { answer, text } = await logged(body);
  expectProblem(answer, status, code);
  expect(text).toBe('');
});
