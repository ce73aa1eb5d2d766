import { lazy, lazyProperties } from '@/lib/lazy';
import { localSecrets, withFiles } from './files';
import { isLoopback } from './hosts';
import { misspeltNames } from './misspelt';
import { refuse } from './refusal';
import { sentenceFor } from './sentences';
import { schema, type Values } from './settings';
import { contradictions, doubts, situationOf } from './together';

export { readDatabaseUrl } from './database-url';
export { ConfigError } from './refusal';

type Environment = Record<string, string | undefined>;

/** Who we are and how we behave: nothing here is ever taken from a request. */
export type Config = { [Name in keyof typeof settings]: ReturnType<(typeof settings)[Name]> };

/** Whether a platform calls this build as functions; known before the settings are good. A build made there has it in it. */
export const isCalledAsFunction = () => process.env.VERCEL === '1';

type Checked = ReturnType<typeof situationOf> & { values: Values; environment: Environment; functions: boolean };

/** What each part of the configuration is read from. */
const settings = {
  publicUrl: ({ values }) => values.PUBLIC_URL,
  /** Its parts, such as `id.example.com:8443`, `id.example.com` and `https` */
  publicAddress: ({ values }) => {
    const { host, hostname, protocol } = new URL(values.PUBLIC_URL);
    return { host, hostname, scheme: protocol.slice(0, -1) };
  },
  local: ({ local }) => local,
  development: ({ environment }) => environment.NODE_ENV === 'development',
  /** A platform calls this build as functions; there is no long-lived process. */
  functions: ({ functions }) => functions,
  databaseUrl: ({ values }) => values.DATABASE_URL,
  databasePoolSize: ({ values, functions }) => values.DATABASE_POOL_SIZE ?? (functions ? 2 : 10),
  dataDir: ({ values }) => values.DATA_DIR,
  /** The first seals, all of them open */
  appSecrets: ({ values }) => values.APP_SECRET ?? localSecrets(values.DATA_DIR),
  webauthn: ({ values, rpId }) => ({
    rpId,
    rpName: values.WEBAUTHN_RP_NAME,
    origins: values.WEBAUTHN_RP_ORIGIN ?? [values.PUBLIC_URL],
    challengeTimeout: values.WEBAUTHN_CHALLENGE_TIMEOUT,
    attachments: values.WEBAUTHN_AUTHENTICATOR_ATTACHMENT,
    userVerification: values.WEBAUTHN_USER_VERIFICATION,
    attestation: values.WEBAUTHN_ATTESTATION,
    residentKey: values.WEBAUTHN_RESIDENT_KEY,
  }),
  signUp: ({ values, mail }) => values.SIGN_UP ?? (mail === 'none' ? ('invite' as const) : ('open' as const)),
  mail: ({ mail }) => mail as 'smtp' | 'outbox' | 'none',
  smtpUrl: ({ values }) => values.SMTP_URL,
  /** Passwords and links leave this machine encrypted or not at all */
  smtpRequiresTls: ({ values }) => Boolean(values.SMTP_URL) && !isLoopback(new URL(values.SMTP_URL!).hostname),
  mailFrom: ({ values }) => values.MAIL_FROM,
  trustedProxies: ({ values }) => values.TRUSTED_PROXIES ?? [],
  allowedHosts: ({ values }) => values.ALLOWED_HOSTS,
  privateClients: ({ values }) => values.PRIVATE_CLIENTS,
  sessionIdle: ({ values }) => values.SESSION_IDLE,
  sessionMax: ({ values }) => values.SESSION_MAX,
  recoveryHold: ({ values }) => values.RECOVERY_HOLD,
  auditRetentionDays: ({ values }) => values.AUDIT_RETENTION_DAYS,
  /** What is asked for often is answered by the process itself, before Next.js */
  directEntries: ({ values, functions, environment }) =>
    values.DIRECT_ENTRIES === 'on' && !functions && environment.NODE_ENV !== 'development',
  rateLimitScale: ({ values }) => values.RATE_LIMIT_SCALE,
  accentColor: ({ values }) => values.ACCENT_COLOR,
  securityContact: ({ values }) => values.SECURITY_CONTACT,
  metricsToken: ({ values }) => values.METRICS_TOKEN,
  cronSecret: ({ values }) => values.CRON_SECRET,
  logLevel: ({ values }) => values.LOG_LEVEL,
  /** Warnings for the operator at the start: settings that are allowed, but unlikely to be meant */
  warnings: ({ values, functions, environment }) => [
    ...doubts(values, functions),
    ...misspeltNames(Object.keys(environment)),
  ],
} satisfies Record<string, (checked: Checked) => unknown>;

/** Reads and checks an environment. On localhost everything has a default; anywhere else a missing secret is refused. */
export function parseConfig(environment: Environment) {
  const values = checkValues(environment);
  const checked = { ...situationOf(values), values, environment, functions: environment.VERCEL === '1' };
  return Object.fromEntries(Object.entries(settings).map(([name, read]) => [name, read(checked)])) as Config;
}

const readConfig = lazy('config', () => parseConfig({ ...process.env, VERCEL: process.env.VERCEL }));

/** The configuration, read and checked once; throws `ConfigError` with every problem at once. */
export const config: Config = lazyProperties(readConfig, Object.keys(settings) as (keyof Config)[]);

/** Checks each setting, then the valid ones in combination, so that one start reports every problem. */
function checkValues(environment: Environment): Values {
  const { variables, problems, unread } = withFiles(environment);
  const local = environment.PORT ? { PUBLIC_URL: `http://localhost:${environment.PORT}` } : {};
  const parsed = schema.safeParse({ ...local, ...variables }, { error: sentenceFor });
  const issues = parsed.error?.issues ?? [];
  const wrong = new Set([...unread, ...issues.map((issue) => String(issue.path[0]))]);
  const values =
    parsed.data ?? schema.parse(Object.fromEntries(Object.entries(variables).filter(([name]) => !wrong.has(name))));

  problems.push(...new Set(issues.map((issue) => `${String(issue.path[0])} ${issue.message}`)));
  const functions = environment.VERCEL === '1';
  if ((variables.LATCHKEY_IMAGE || functions) && !variables.PUBLIC_URL) {
    problems.push('PUBLIC_URL is missing: set the address that people open, such as https://id.example.com');
  }
  if (!wrong.has('PUBLIC_URL')) {
    problems.push(
      ...contradictions(values, functions).filter((problem) => ![...wrong].some((name) => problem.includes(name))),
    );
  }
  if (problems.length) throw refuse(problems);
  return values;
}
