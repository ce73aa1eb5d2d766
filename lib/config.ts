import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { lazy } from '@/lib/lazy';
import { DAYS } from '@/lib/time';

type Environment = Record<string, string | undefined>;
const fileBacked = ['APP_SECRET', 'DATABASE_URL', 'SMTP_URL', 'METRICS_TOKEN', 'CRON_SECRET'];

const seconds = (standard: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(standard);
const like = (pattern: RegExp, message: string) => z.string().regex(pattern, message).optional();
const list = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
const isUnder = (rpId: string, origin: string) => `.${new URL(origin).hostname}`.endsWith(`.${rpId}`);
const isLocalhost = (hostname: string) => hostname === 'localhost' || hostname.endsWith('.localhost');
const isProxy = (name: string) => ['loopback', 'private', 'none'].includes(name) || ipaddr.isValidCIDR(name);
const isHost = (name: string) => ipaddr.isValidCIDR(name) || /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.test(name);
const asCidr = (name: string) => {
  if (!ipaddr.isValid(name)) return name;
  const address = ipaddr.process(name);
  return `${address}/${address.kind() === 'ipv4' ? 32 : 128}`;
};

const origin = z
  .string()
  .refine(isOrigin, 'must be an origin such as https://id.example.com, https except on localhost');
const attachments = z.array(z.enum(['platform', 'cross-platform'])).min(1);

const schema = z.object({
  PUBLIC_URL: z
    .string()
    .transform((url) => url.replace(/\/$/, ''))
    .pipe(origin)
    .default('http://localhost:3000'),
  DATABASE_URL: like(/^postgres(ql)?:\/\//, 'must start with postgres://'),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(500).default(10),
  DATA_DIR: z.string().default('.data'),
  APP_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters')
    .refine((secret) => new Set(secret).size >= 8, 'is not random: use openssl rand -base64 48')
    .optional(),
  WEBAUTHN_RP_ID: like(/^[a-z0-9.-]+$/, 'must be a domain without scheme or port'),
  WEBAUTHN_RP_NAME: z.string().min(1).max(64).default('Latchkey'),
  WEBAUTHN_RP_ORIGIN: z.string().transform(list).pipe(z.array(origin).min(1)).optional(),
  WEBAUTHN_CHALLENGE_TIMEOUT: seconds(300, 300, 600),
  WEBAUTHN_AUTHENTICATOR_ATTACHMENT: z.string().default('platform,cross-platform').transform(list).pipe(attachments),
  WEBAUTHN_USER_VERIFICATION: z.enum(['required', 'preferred', 'discouraged']).default('preferred'),
  WEBAUTHN_ATTESTATION: z.enum(['none', 'indirect', 'direct', 'enterprise']).default('none'),
  WEBAUTHN_RESIDENT_KEY: z.enum(['required', 'preferred', 'discouraged']).default('required'),
  SIGN_UP: z.enum(['open', 'invite', 'closed']).optional(),
  SMTP_URL: like(/^smtps?:\/\//, 'must start with smtp:// or smtps://'),
  MAIL_FROM: z.string().max(320).default('Latchkey <latchkey@localhost>'),
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => list(text).map(asCidr))
    .pipe(z.array(z.string().refine(isProxy, 'takes addresses, CIDR ranges, loopback, private, or none')))
    .refine((names) => names.length === 1 || !names.includes('none'), 'names proxies beside none')
    .transform((names) => names.filter((name) => name !== 'none'))
    .optional(),
  PRIVATE_CLIENTS: z
    .string()
    .transform((text) => list(text).map(asCidr))
    .pipe(z.array(z.string().refine(isHost, 'takes hosts, host:port, addresses or CIDR ranges')))
    .default([]),
  SESSION_IDLE: seconds(7 * DAYS, 60, 90 * DAYS),
  SESSION_MAX: seconds(30 * DAYS, 60, 365 * DAYS),
  AUDIT_RETENTION_DAYS: z.coerce.number().int().min(1).default(365),
  RATE_LIMIT_SCALE: z.coerce.number().min(0.1).max(1000).default(1),
  ACCENT_COLOR: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #0d6a73')
    .default('#0d6a73'),
  SECURITY_CONTACT: like(/^(mailto:|https:\/\/)\S+$/, 'must start with mailto: or https://'),
  METRICS_TOKEN: z.string().min(16).optional(),
  CRON_SECRET: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
});

/** Who we are and how we behave: nothing here is ever taken from a request. */
export type Config = ReturnType<typeof parseConfig>;

/** What this process was told, read once and checked; throws `ConfigError` with every problem at once. */
export const config: Config = lazy('config', () => parseConfig(process.env));

/** Every problem of the configuration, in one message for the operator. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Reads and checks an environment. On localhost everything has a default; anywhere else a missing secret is refused. */
export function parseConfig(environment: Environment) {
  const values = checked(environment);
  const { local, rpId, mail } = situationOf(values);

  return {
    publicUrl: values.PUBLIC_URL,
    local,
    development: environment.NODE_ENV === 'development',
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    dataDir: values.DATA_DIR,
    appSecret: values.APP_SECRET ?? localSecret(values.DATA_DIR),
    webauthn: {
      rpId,
      rpName: values.WEBAUTHN_RP_NAME,
      origins: values.WEBAUTHN_RP_ORIGIN ?? [values.PUBLIC_URL],
      challengeTimeout: values.WEBAUTHN_CHALLENGE_TIMEOUT,
      attachments: values.WEBAUTHN_AUTHENTICATOR_ATTACHMENT,
      userVerification: values.WEBAUTHN_USER_VERIFICATION,
      attestation: values.WEBAUTHN_ATTESTATION,
      residentKey: values.WEBAUTHN_RESIDENT_KEY,
    },
    signUp: values.SIGN_UP ?? (mail === 'none' ? ('invite' as const) : ('open' as const)),
    mail: mail as 'smtp' | 'outbox' | 'none',
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    privateClients: values.PRIVATE_CLIENTS,
    sessionIdle: values.SESSION_IDLE,
    sessionMax: values.SESSION_MAX,
    auditRetentionDays: values.AUDIT_RETENTION_DAYS,
    rateLimitScale: values.RATE_LIMIT_SCALE,
    accentColor: values.ACCENT_COLOR,
    securityContact: values.SECURITY_CONTACT,
    metricsToken: values.METRICS_TOKEN,
    cronSecret: values.CRON_SECRET,
    logLevel: values.LOG_LEVEL,
  };
}

type Values = z.infer<typeof schema>;

/** Checks every setting, and then the good ones together, so that one start shows all that is wrong. */
function checked(environment: Environment): Values {
  const { given, problems, unread } = withFiles(environment);
  const parsed = schema.safeParse(given);
  const issues = parsed.error?.issues ?? [];
  const wrong = new Set([...unread, ...issues.map((issue) => String(issue.path[0]))]);
  const values =
    parsed.data ?? schema.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name))));

  problems.push(...issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
  if (!wrong.has('PUBLIC_URL')) {
    problems.push(...contradictions(values).filter((problem) => ![...wrong].some((name) => problem.includes(name))));
  }
  if (problems.length) throw refuse(problems);
  return values;
}

/** What follows from the settings together: where we are, and how mail leaves. */
function situationOf(values: Values) {
  const { hostname, protocol } = new URL(values.PUBLIC_URL);
  const local = protocol === 'http:';
  const mail = values.SMTP_URL ? 'smtp' : local ? 'outbox' : 'none';
  return { hostname, local, rpId: values.WEBAUTHN_RP_ID ?? hostname, mail };
}

/** What each value allows but together they must not be (requirements N3). */
function contradictions(values: Values) {
  const { hostname, local, rpId, mail } = situationOf(values);
  const origins = values.WEBAUTHN_RP_ORIGIN ?? [values.PUBLIC_URL];
  const insecure = origins.filter((origin) => !local && origin.startsWith('http:'));
  const problems: [boolean, string][] = [
    [
      !local && !values.APP_SECRET,
      'APP_SECRET is missing: set at least 32 random characters (openssl rand -base64 48)',
    ],
    [
      !local && !values.TRUSTED_PROXIES,
      'TRUSTED_PROXIES is missing: name the proxy in front (loopback, private, an address, a CIDR range) or none',
    ],
    [
      // After a move, passkeys keep the old RP ID; the list then says so by naming an origin of each (WebAuthn §5.11).
      !isUnder(rpId, values.PUBLIC_URL) && !values.WEBAUTHN_RP_ORIGIN?.some((origin) => isUnder(rpId, origin)),
      `WEBAUTHN_RP_ID ${rpId} is not ${hostname} or a parent domain of it`,
    ],
    [
      !local && (!rpId.includes('.') || ipaddr.isValid(rpId)),
      `WEBAUTHN_RP_ID ${rpId} is not a registrable domain, which passkeys need`,
    ],
    [!origins.includes(values.PUBLIC_URL), 'WEBAUTHN_RP_ORIGIN must contain PUBLIC_URL'],
    [insecure.length > 0, `WEBAUTHN_RP_ORIGIN ${insecure.join(' ')} is for localhost only: use https`],
    [
      values.SIGN_UP === 'open' && mail === 'none',
      'SIGN_UP=open needs SMTP_URL, because an address is proven by a link; invite works without',
    ],
    [values.SESSION_IDLE > values.SESSION_MAX, 'SESSION_IDLE is longer than SESSION_MAX'],
  ];
  return problems.filter(([wrong]) => wrong).map(([, problem]) => problem);
}

/** `NAME_FILE` holds the path of a file with the value of `NAME`, as container platforms hand over secrets. */
function withFiles(environment: Environment) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const problems: string[] = [];
  const unread: string[] = [];
  for (const name of fileBacked) {
    const path = given[`${name}_FILE`];
    if (path && given[name]) problems.push(`${name} and ${name}_FILE are both set: keep one`);
    else if (path) {
      try {
        given[name] = readFileSync(path, 'utf8').trim();
      } catch (error) {
        unread.push(name);
        problems.push(`${name}_FILE ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
      }
    }
  }
  return { given, problems, unread };
}

/** On localhost the secret is made once and kept beside the embedded database, readable by its owner only. */
function localSecret(dataDir: string) {
  if (dataDir.startsWith('memory:')) return randomBytes(48).toString('base64');
  const path = join(dataDir, 'app-secret');
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(path, randomBytes(48).toString('base64'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length < 32) throw refuse([`${path} is too short to be the secret that was kept there: delete it`]);
  return secret;
}

function isOrigin(text: string) {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && isLocalhost(hostname)));
}

const refuse = (problems: string[]) =>
  new ConfigError(`Latchkey cannot start:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
