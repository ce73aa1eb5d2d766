import { redirect } from 'next/navigation';
import { expect, test } from 'vitest';
import { message } from '@/lib/messages';
import { describeThrown } from './no-answer';

test.each([
  ['no connection', new TypeError('Failed to fetch'), /^We couldn't reach the server\./],
  [
    'a proxy without its server',
    new Error('An unexpected response was received'),
    /^The service is away for a moment\./,
  ],
  ['a failure of ours', Object.assign(new Error('hidden'), { digest: '12345' }), /written down.+Reference: 12345$/],
  [
    'a page that was opened under another name than ours',
    new Error(`${message('forms.sent_from_elsewhere')} Open https://id.example.com and send it there.\n`),
    /^This form was sent from another site, so nothing was done\. Open https:\/\/id\.example\.com and send it there\.$/,
  ],
])('%s is a refusal like any other, with a next step', (_, thrown, sentence) => {
  expect(describeThrown(thrown)).toEqual({ status: 'failed', message: expect.stringMatching(sentence) });
});

test('a redirect goes its way', () => {
  expect(() => {
    try {
      redirect('/account');
    } catch (thrown) {
      describeThrown(thrown);
    }
  }).toThrow('NEXT_REDIRECT');
});
