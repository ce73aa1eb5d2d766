import { expect, test } from 'vitest';
import { withSettings } from '@/tests/setup/settings';
import type { Message } from './message';
import * as messages from './messages';

const url = 'http://localhost:3000/sign-up/token';
const hostile = `<img src=x onerror="alert('1')">&amp;`;

const all: [string, (text: string) => Message][] = [
  ['sign-up', () => messages.signUpEmail('ada@example.com', url)],
  ['already signed up', () => messages.alreadySignedUpEmail('ada@example.com')],
  ['invitation', (text) => messages.invitationEmail('ada@example.com', url, text)],
  ['passkey added', (text) => messages.passkeyAddedEmail('ada@example.com', text)],
  ['passkey removed', (text) => messages.passkeyRemovedEmail('ada@example.com', text)],
  ['passkey suspect', (text) => messages.passkeySuspectEmail('ada@example.com', text)],
];

test.each(all)('I15: the e-mail "%s" escapes what people wrote, in HTML and nowhere else', (_, write) => {
  const { html, text } = write(hostile);
  expect(html.match(/<img\b[^>]*>/g)).toEqual([
    expect.stringContaining('src="http://localhost:3000/letter-logo.png" width="40" height="40" alt=""'),
  ]);
  expect(html).not.toMatch(/onerror="|&amp;amp;amp;/);
  expect(html.match(/<(?!\/?(p|a|h1|div|body|html|br|img|!doctype)\b)/gi)).toBeNull();
  if (text.includes('onerror')) expect(text).toContain(hostile);
});

test.each(all)('the e-mail "%s" says the same in both forms, to one address, with one subject line', (_, write) => {
  const message = write('Ada');
  const words = (input: string) =>
    input
      .replace(/&quot;/g, '"')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');
  for (const paragraph of message.text.split('\n\n').filter((part: string) => !part.includes('\n')))
    expect(words(message.html)).toContain(paragraph);
  expect([message.to, message.subject.length > 5, /[\r\n]/.test(message.subject)]).toEqual([
    'ada@example.com',
    true,
    false,
  ]);
});

test.each(all)('I9: every address in the e-mail "%s" is of the configured origin', async (_, write) => {
  await withSettings({ PUBLIC_URL: 'http://app.localhost:4000' }, () => {
    const { html, text } = write('Ada');
    const addresses = `${html} ${text}`.match(/https?:\/\/[^\s"<]+/g) ?? [];
    const foreign = addresses.filter((address) => !address.startsWith('http://app.localhost:4000') && address !== url);
    expect([addresses.length > 0, foreign]).toEqual([true, []]);
  });
});

test('the link of an e-mail stands in both forms, once as text that can be copied', () => {
  const { html, text } = messages.signUpEmail('ada@example.com', `${url}?a=1&b=2`);
  expect(text).toContain(`\n${url}?a=1&b=2`);
  expect(html).toContain(`href="${url}?a=1&amp;b=2"`);
  expect(html).toContain(`<br>${url}?a=1&amp;b=2<`);
});

test('the name of the service is the configured one', async () => {
  await withSettings({ WEBAUTHN_RP_NAME: 'Acme <b>' }, () => {
    const { subject, html, text } = messages.invitationEmail('ada@example.com', url, 'Grace');
    expect([subject, text.includes('Acme <b>'), html.includes('Acme &lt;b&gt;')]).toEqual([
      'Grace invites you to Acme <b>',
      true,
      true,
    ]);
  });
});
