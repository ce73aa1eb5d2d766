import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, parseConfig } from '@/lib/config';
import { schema } from './settings';

const secret = 'Q7xk2mVt9bLr4nWc8pZs1dHf6gJy3aEu';
const fresh = 'b7Q2mWk9xLr4nVt8pZs1dHf6gJy3aEuc';
const production = { PUBLIC_URL: 'https://id.example.com', APP_SECRET: secret, TRUSTED_PROXIES: 'none' };
const parse = (settings: Record<string, string>) => parseConfig({ ...production, ...settings });

function refusalOf(settings: Record<string, string>) {
  try {
    parse(settings);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

test.each([
  ['secrets by commas', `${fresh}, ${secret}`, [fresh, secret]],
  ['secrets by lines', `${fresh}\n${secret}\n`, [fresh, secret]],
  ['a comma of a secret, written as one', `${fresh}\\,x`, [`${fresh},x`]],
])('APP_SECRET: %s are a list, the first one first', (_, APP_SECRET, secrets) => {
  expect(parse({ APP_SECRET }).appSecrets.slice(0, secrets.length)).toEqual(secrets);
});

test('APP_SECRET: a secret that had a comma before there were lists still opens what it sealed', () => {
  expect(parse({ APP_SECRET: `${fresh},${secret}` }).appSecrets.at(-1)).toBe(`${fresh},${secret}`);
  const refusal = refusalOf({ APP_SECRET: `${secret},short-part` });
  expect(refusal).toMatch(/APP_SECRET must have at least 32 characters in secret 2 of 2; a comma separates secrets/);
  expect(refusal).not.toMatch(/short-part|Q7xk/);
});

test('names in other letters, capitals and ports of the scheme become what browsers write', () => {
  expect(parse({ PUBLIC_URL: 'https://Bücher.example:443/' }).publicUrl).toBe('https://xn--bcher-kva.example');
  const { rpId, origins } = parse({
    PUBLIC_URL: 'https://id.bücher.example',
    WEBAUTHN_RP_ID: 'bücher.example',
    WEBAUTHN_RP_ORIGIN: 'https://id.bücher.example',
  }).webauthn;
  expect([rpId, origins]).toEqual(['xn--bcher-kva.example', ['https://id.xn--bcher-kva.example']]);
});

test.each(['co.uk', 'github.io', 'vercel.app'])('WEBAUTHN_RP_ID: %s is everybody’s, and refused', (suffix) => {
  const under = { PUBLIC_URL: `https://id.${suffix}`, WEBAUTHN_RP_ID: suffix };
  expect(refusalOf(under)).toMatch(`WEBAUTHN_RP_ID ${suffix} is a public suffix`);
  expect(refusalOf({ PUBLIC_URL: `https://id.${suffix}` })).toBeUndefined();
});

test('WEBAUTHN_RP_ORIGIN takes an Android app by the hash of its certificate, and nothing like it', () => {
  const app = `android:apk-key-hash:${'Ab-_'.repeat(11).slice(0, 43)}`;
  expect(parse({ WEBAUTHN_RP_ORIGIN: `https://id.example.com,${app}` }).webauthn.origins).toContain(app);
  expect(refusalOf({ WEBAUTHN_RP_ORIGIN: `https://id.example.com,${app}x` })).toMatch(/WEBAUTHN_RP_ORIGIN must be/);
});

test.each([
  ['Latchkey <id@example.com>', 'Latchkey <id@example.com>'],
  ['id@bücher.example', 'id@xn--bcher-kva.example'],
  ['"Acme, Inc." <id@example.com>', '"Acme, Inc." <id@example.com>'],
])('MAIL_FROM: %s is a sender', (MAIL_FROM, mailFrom) => {
  expect(parse({ MAIL_FROM }).mailFrom).toBe(mailFrom);
});

test.each(['Latchkey', 'Latchkey <id>', 'a@x.example, b@x.example', 'A <a@x.example> B', 'x\r\nBcc: <eve@x.example>'])(
  'MAIL_FROM: %j is no sender',
  (MAIL_FROM) => {
    expect(refusalOf({ MAIL_FROM })).toMatch('MAIL_FROM must be one address, such as Latchkey <id@example.com>');
  },
);

test('MAIL_FROM at localhost is warned of where another machine sends, and only there', () => {
  const warned = (settings: Record<string, string>) => parse(settings).warnings.filter((w) => /MAIL_FROM/.test(w));
  expect(warned({ SMTP_URL: 'smtp://mail.example.com' })).toEqual([expect.stringContaining('refuse')]);
  expect(warned({ SMTP_URL: 'smtp://127.0.0.1:1025' })).toEqual([]);
  expect(warned({ SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'id@example.com' })).toEqual([]);
});

test.each([
  ['SIGNUP', 'SIGN_UP'],
  ['APPSECRET', 'APP_SECRET'],
  ['APP_SECRETS', 'APP_SECRET'],
  ['WEBAUTHN_RPID', 'WEBAUTHN_RP_ID'],
  ['SMPT_URL', 'SMTP_URL'],
  ['app_secret_file', 'APP_SECRET_FILE'],
])('%s is warned of as %s, without its value', (name, meant) => {
  const { warnings } = parse({ [name]: 'what-it-is-set-to' });
  expect(warnings).toEqual([`${name} is not a setting: is ${meant} meant?`]);
});

test('names of others are not warned of, and an unknown one of ours is', () => {
  const others =
    'PATH HOME PORT HOSTNAME NODE_ENV POSTGRES_PASSWORD DATABASE_HOST SESSION_MANAGER LOGNAME VERCEL_URL TZ';
  expect(parse(Object.fromEntries(others.split(' ').map((name) => [name, 'x']))).warnings).toEqual([]);
  expect(parse({ WEBAUTHN_TIMEOUT: '1' }).warnings).toEqual(['WEBAUTHN_TIMEOUT is not a setting, and changes nothing']);
});

test('no setting is refused in the words of a library', () => {
  const before = z.config();
  z.config({ localeError: () => 'RAW TEXT' });
  try {
    const wrong = [' , ', '-1', '0', '0.05', '1.5', '1e99', 'NaN', 'x', 'x'.repeat(400), '§', 'http://[', ' '];
    for (const name of Object.keys(schema.shape)) {
      for (const value of wrong) {
        const refusal = refusalOf({ [name]: value }) ?? '';
        expect(refusal, `${name}=${value}`).not.toMatch(/RAW TEXT|Invalid input|undefined|NaN|expected/);
      }
    }
  } finally {
    z.config(before);
  }
  expect(refusalOf({ LOG_LEVEL: 'loud', SESSION_IDLE: '1.5', DATABASE_POOL_SIZE: '0' })).toBe(
    `Latchkey cannot start:
  - DATABASE_POOL_SIZE must be at least 1
  - SESSION_IDLE must be a whole number
  - LOG_LEVEL must be one of silent, fatal, error, warn, info, debug, trace`,
  );
});

test('smtp:// to another machine demands TLS, and to this one does not', () => {
  const demands = (SMTP_URL: string) => parse({ SMTP_URL }).smtpRequiresTls;
  expect(demands('smtp://u:p@mail.example.com:587')).toBe(true);
  for (const here of ['127.0.0.1:25', 'localhost', '[::1]:25']) expect(demands(`smtp://${here}`)).toBe(false);
});
