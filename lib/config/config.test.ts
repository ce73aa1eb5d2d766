import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ConfigError, parseConfig } from '@/lib/config';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-config-'));
  folders.push(folder);
  return folder;
}

const secret = 'Q7xk2mVt9bLr4nWc8pZs1dHf6gJy3aEu';
const production = { PUBLIC_URL: 'https://id.example.com', APP_SECRET: secret, TRUSTED_PROXIES: 'none' };

/** The message of a refusal, or nothing when the settings are taken. */
function refusalOf(settings: Record<string, string>) {
  try {
    parseConfig({ DATA_DIR: 'memory:', ...settings });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

test('with nothing set it serves localhost on the embedded database, with sign-up open and mails in the outbox', () => {
  const { appSecrets, ...config } = parseConfig({ DATA_DIR: 'memory:' });
  expect(appSecrets[0]?.length).toBeGreaterThanOrEqual(32);
  expect(config).toMatchObject({
    publicUrl: 'http://localhost:3000',
    local: true,
    development: false,
    databaseUrl: undefined,
    databasePoolSize: 10,
    signUp: 'open',
    mail: 'outbox',
    trustedProxies: [],
    sessionIdle: 7 * 24 * 3600,
    sessionMax: 30 * 24 * 3600,
    auditRetentionDays: 365,
    rateLimitScale: 1,
    logLevel: 'info',
    webauthn: {
      rpId: 'localhost',
      rpName: 'Latchkey',
      origins: ['http://localhost:3000'],
      challengeTimeout: 300,
      attachments: ['platform', 'cross-platform'],
      userVerification: 'preferred',
      attestation: 'none',
      residentKey: 'required',
    },
  });
  expect(parseConfig({ ...production }).dataDir).toBe('.data');
});

test('an empty setting counts as not set, as compose files write it', () => {
  const config = parseConfig({ ...production, WEBAUTHN_RP_ID: '', SIGN_UP: '', SMTP_URL: '', DATABASE_URL: '' });
  expect(config).toMatchObject({ databaseUrl: undefined, signUp: 'invite', mail: 'none' });
  expect(config.webauthn.rpId).toBe('id.example.com');
});

test.each([
  [{ SMTP_URL: 'smtp://mail.example.com' }, { mail: 'smtp', signUp: 'open' }],
  [
    { SMTP_URL: 'smtps://mail.example.com', SIGN_UP: 'closed' },
    { mail: 'smtp', signUp: 'closed' },
  ],
  [{ PUBLIC_URL: 'https://id.example.com/' }, { publicUrl: 'https://id.example.com', local: false }],
  [
    { TRUSTED_PROXIES: 'loopback, private,192.0.2.9,2001:db8::1,10.0.0.0/8' },
    { trustedProxies: ['loopback', 'private', '192.0.2.9/32', '2001:db8::1/128', '10.0.0.0/8'] },
  ],
  [
    { SESSION_IDLE: '600', SESSION_MAX: '3600' },
    { sessionIdle: 600, sessionMax: 3600 },
  ],
  [
    { WEBAUTHN_RP_ID: 'example.com', WEBAUTHN_RP_ORIGIN: 'https://id.example.com, https://other.example' },
    {
      webauthn: expect.objectContaining({
        rpId: 'example.com',
        origins: ['https://id.example.com', 'https://other.example'],
      }),
    },
  ],
])('%j is understood', (settings, understood) => {
  expect(parseConfig({ ...production, ...settings })).toMatchObject(understood);
});

const refused: [Record<string, string>, RegExp][] = [
  [{ PUBLIC_URL: 'http://id.example.com' }, /PUBLIC_URL must be an origin/],
  [{ PUBLIC_URL: 'http://127.0.0.1:3000' }, /PUBLIC_URL must be an origin/],
  [{ PUBLIC_URL: 'http://localhost.evil.example' }, /PUBLIC_URL must be an origin/],
  [{ PUBLIC_URL: 'https://id.example.com/sso' }, /PUBLIC_URL must be an origin/],
  [{ PUBLIC_URL: 'https://user:secret@id.example.com' }, /PUBLIC_URL must be an origin/],
  [{ PUBLIC_URL: 'javascript:alert(1)' }, /PUBLIC_URL must be an origin/],
  [{ PUBLIC_URL: 'id.example.com' }, /PUBLIC_URL must be an origin/],
  [{ PUBLIC_URL: 'https://192.0.2.7' }, /WEBAUTHN_RP_ID 192\.0\.2\.7 is not a registrable domain/],
  [{ PUBLIC_URL: 'https://intranet' }, /WEBAUTHN_RP_ID intranet is not a registrable domain/],
  [{ APP_SECRET: '' }, /APP_SECRET is missing/],
  [{ APP_SECRET: 'x'.repeat(31) }, /APP_SECRET must have at least 32 characters/],
  [{ APP_SECRET: 'changeme'.repeat(8) }, /APP_SECRET is not random/],
  [{ TRUSTED_PROXIES: '' }, /TRUSTED_PROXIES is missing/],
  [{ TRUSTED_PROXIES: 'nginx' }, /TRUSTED_PROXIES\S* takes addresses/],
  [{ TRUSTED_PROXIES: '10.0.0.0/33' }, /TRUSTED_PROXIES\S* takes addresses/],
  [{ TRUSTED_PROXIES: 'none, loopback' }, /TRUSTED_PROXIES names proxies beside none/],
  [{ SECURITY_CONTACT: 'security@example.com' }, /SECURITY_CONTACT must start with mailto:/],
  [{ PRIVATE_CLIENTS: 'http://app.internal' }, /PRIVATE_CLIENTS\S* takes hosts/],
  [{ PRIVATE_CLIENTS: 'app.internal, 10.0.0.0/33' }, /PRIVATE_CLIENTS\S* takes hosts/],
  [{ DATABASE_URL: 'mysql://db.example.com' }, /DATABASE_URL must start with postgres:\/\//],
  [{ DATABASE_POOL_SIZE: '0' }, /DATABASE_POOL_SIZE/],
  [{ DATABASE_POOL_SIZE: 'many' }, /DATABASE_POOL_SIZE/],
  [{ WEBAUTHN_RP_ID: 'https://id.example.com' }, /WEBAUTHN_RP_ID must be a domain without scheme or port/],
  [{ WEBAUTHN_RP_ID: 'id.example.com:443' }, /WEBAUTHN_RP_ID must be a domain without scheme or port/],
  [{ WEBAUTHN_RP_ID: 'other.example' }, /WEBAUTHN_RP_ID other\.example is not id\.example\.com or a parent/],
  [{ WEBAUTHN_RP_ID: 'ample.com' }, /WEBAUTHN_RP_ID ample\.com is not id\.example\.com or a parent/],
  [{ WEBAUTHN_RP_ID: 'login.id.example.com' }, /is not id\.example\.com or a parent/],
  [{ WEBAUTHN_RP_ID: 'com' }, /WEBAUTHN_RP_ID com is not a registrable domain/],
  [{ WEBAUTHN_RP_NAME: 'n'.repeat(65) }, /WEBAUTHN_RP_NAME/],
  [{ WEBAUTHN_RP_ORIGIN: 'https://other.example' }, /WEBAUTHN_RP_ORIGIN must contain PUBLIC_URL/],
  [{ WEBAUTHN_RP_ORIGIN: 'https://id.example.com,http://a.example' }, /WEBAUTHN_RP_ORIGIN\S* must be an origin/],
  [
    { WEBAUTHN_RP_ORIGIN: 'https://id.example.com,http://localhost:3000' },
    /WEBAUTHN_RP_ORIGIN .*http:\/\/localhost:3000/,
  ],
  [{ WEBAUTHN_CHALLENGE_TIMEOUT: '299' }, /WEBAUTHN_CHALLENGE_TIMEOUT/],
  [{ WEBAUTHN_CHALLENGE_TIMEOUT: '601' }, /WEBAUTHN_CHALLENGE_TIMEOUT/],
  [{ WEBAUTHN_AUTHENTICATOR_ATTACHMENT: 'phone' }, /WEBAUTHN_AUTHENTICATOR_ATTACHMENT/],
  [{ WEBAUTHN_AUTHENTICATOR_ATTACHMENT: ' , ' }, /WEBAUTHN_AUTHENTICATOR_ATTACHMENT/],
  [{ WEBAUTHN_USER_VERIFICATION: 'sometimes' }, /WEBAUTHN_USER_VERIFICATION/],
  [{ WEBAUTHN_ATTESTATION: 'full' }, /WEBAUTHN_ATTESTATION/],
  [{ WEBAUTHN_RESIDENT_KEY: 'yes' }, /WEBAUTHN_RESIDENT_KEY/],
  [{ SIGN_UP: 'everyone' }, /SIGN_UP/],
  [{ SIGN_UP: 'open' }, /SIGN_UP=open needs SMTP_URL/],
  [{ SMTP_URL: 'http://mail.example.com' }, /SMTP_URL must start with smtp/],
  [{ SESSION_IDLE: '59' }, /SESSION_IDLE/],
  [{ SESSION_IDLE: '7200', SESSION_MAX: '3600' }, /SESSION_IDLE is longer than SESSION_MAX/],
  [{ SESSION_MAX: '1e99' }, /SESSION_MAX/],
  [{ AUDIT_RETENTION_DAYS: '0' }, /AUDIT_RETENTION_DAYS/],
  [{ AUDIT_RETENTION_DAYS: '1.5' }, /AUDIT_RETENTION_DAYS/],
  [{ RATE_LIMIT_SCALE: '0' }, /RATE_LIMIT_SCALE/],
  [{ ACCENT_COLOR: 'red;}body{display:none' }, /ACCENT_COLOR/],
  [{ METRICS_TOKEN: 'short' }, /METRICS_TOKEN/],
  [{ CRON_SECRET: 'short' }, /CRON_SECRET/],
  [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL/],
];
test.each(refused)('N3: %j is refused', (settings, message) => {
  expect(refusalOf({ ...production, ...settings })).toMatch(message);
});

test('N3: every problem is in one message, those of single settings and those of settings together', () => {
  const message = refusalOf({
    PUBLIC_URL: 'https://id.example.com',
    LOG_LEVEL: 'loud',
    WEBAUTHN_RP_ID: 'other.example',
    SIGN_UP: 'open',
    SESSION_IDLE: 'never',
  });
  for (const problem of [
    /LOG_LEVEL/,
    /SESSION_IDLE/,
    /APP_SECRET is missing/,
    /TRUSTED_PROXIES is missing/,
    /other\.example/,
    /SIGN_UP=open/,
  ]) {
    expect(message).toMatch(problem);
  }
});

test('a setting that cannot be read brings no second complaint about the same one', () => {
  expect(refusalOf({ ...production, APP_SECRET: 'short' })).not.toMatch(/missing/);
  expect(refusalOf({ PUBLIC_URL: 'ftp://x', WEBAUTHN_RP_ID: 'id.example.com' })).not.toMatch(/parent domain/);
});

test('N3: no message repeats a secret', () => {
  const settings = {
    APP_SECRET: 'tiny-secret',
    DATABASE_URL: 'mysql://u:pass-word@h',
    SMTP_URL: 'x://u:pass-word@h',
    METRICS_TOKEN: 'tiny-token',
    CRON_SECRET: 'tiny-token',
  };
  expect(refusalOf({ ...production, ...settings })).not.toMatch(/tiny-|pass-word/);
});

test.each(['APP_SECRET', 'DATABASE_URL', 'SMTP_URL', 'METRICS_TOKEN', 'CRON_SECRET'])(
  'N6: %s can come from a file, without its line end',
  (name) => {
    const path = join(newFolder(), 'value');
    const value = {
      APP_SECRET: secret,
      DATABASE_URL: 'postgres://h/d',
      SMTP_URL: 'smtp://h',
      METRICS_TOKEN: 'm'.repeat(20),
      CRON_SECRET: 'c'.repeat(20),
    }[name]!;
    writeFileSync(path, `${value}\n`);
    const { appSecrets, databaseUrl, smtpUrl, metricsToken, cronSecret } = parseConfig({
      ...production,
      [name]: '',
      [`${name}_FILE`]: path,
    });
    expect([...appSecrets, databaseUrl, smtpUrl, metricsToken, cronSecret]).toContain(value);
  },
);

test.each([
  ['a file that is not there', {}, /APP_SECRET_FILE .*cannot be read/],
  ['a setting that is given twice', { APP_SECRET: secret }, /APP_SECRET and APP_SECRET_FILE are both set/],
])('N3: %s is refused in the one message, beside the other problems', (_, more, problem) => {
  const message = refusalOf({
    ...production,
    APP_SECRET: '',
    APP_SECRET_FILE: '/nowhere/secret',
    LOG_LEVEL: 'loud',
    ...more,
  });
  expect(message).toMatch(problem);
  expect(message).toMatch(/LOG_LEVEL/);
});

test('on localhost the secret is made once, kept for the next start, and readable by its owner only', () => {
  const DATA_DIR = join(newFolder(), 'deeper', 'data');
  const { appSecrets } = parseConfig({ DATA_DIR });
  expect(Buffer.from(appSecrets[0]!, 'base64')).toHaveLength(48);
  expect(statSync(join(DATA_DIR, 'app-secret')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(DATA_DIR, 'app-secret'), 'utf8')).toBe(appSecrets[0]);
  expect(parseConfig({ DATA_DIR }).appSecrets).toEqual(appSecrets);
  expect(parseConfig({ DATA_DIR: newFolder() }).appSecrets).not.toEqual(appSecrets);
});

test('no secret is made where one is given, and none anywhere but on localhost', () => {
  const DATA_DIR = newFolder();
  expect(parseConfig({ DATA_DIR, APP_SECRET: secret }).appSecrets).toEqual([secret]);
  expect(refusalOf({ ...production, APP_SECRET: '', DATA_DIR })).toMatch(/APP_SECRET is missing/);
  expect(existsSync(join(DATA_DIR, 'app-secret'))).toBe(false);
});

test('a damaged local secret is refused, not used', () => {
  const DATA_DIR = newFolder();
  writeFileSync(join(DATA_DIR, 'app-secret'), '');
  expect(refusalOf({ DATA_DIR })).toMatch(/app-secret must have at least 32 characters/);
});
