import { expect, test } from 'vitest';
import { Browser } from '@/tests/helpers/browser';
import { seedPerson, signIn } from '@/tests/helpers/people';
import { withSettings } from '@/tests/setup/settings';
import { GET } from './route';

const read = (authorization?: string) =>
  withSettings({ METRICS_TOKEN: 'a token for the scraper' }, () =>
    GET(new Request('http://localhost:3000/metrics', { headers: authorization ? { authorization } : {} })),
  );

const count = (text: string, line: string) =>
  Number(
    text
      .split('\n')
      .find((candidate) => candidate.startsWith(line))
      ?.split(' ')
      .at(-1) ?? 0,
  );

test('sign-ins and refusals are counted by word, for the bearer of the token only, and nobody is named (N2)', async () => {
  const scrape = async () => (await read('Bearer a token for the scraper')).text();
  const lines = [
    'latchkey_events_total{type="auth.passkey.success",outcome="success",reason=""}',
    'latchkey_events_total{type="auth.passkey.failure",outcome="failure",reason="not_verified"}',
    'latchkey_refusals_total{code="authentication_failed"}',
  ];
  const before = await scrape();
  const person = await seedPerson();
  await signIn(new Browser(), person.authenticator);
  await signIn(new Browser(), person.authenticator, { rpId: 'evil.example' });

  const after = await scrape();
  for (const line of lines) expect(count(after, line) - count(before, line), line).toBe(1);
  expect(after).not.toContain('@example.com');
  for (const wrong of [undefined, '', 'Bearer', 'Bearer a token', 'Basic a token for the scraper']) {
    expect((await read(wrong)).status).toBe(404);
  }
});
