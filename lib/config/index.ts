import { lazy } from '@/lib/lazy';
import { localSecrets, withFiles } from './given';
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
export type Config = ReturnType<typeof parseConfig>;

/** What this process was told, read once and checked; throws `ConfigError` with every problem at once. */
export const config: Config = lazy('config', () => parseConfig({ ...process.env, VERCEL: process.env.VERCEL }));

/** Whether a platform calls this build as functions; known before the settings are good. A build made there has it in it. */
export const isCalledAsFunction = () => process.env.VERCEL === '1';

/** Reads and checks an environment. On localhost everything has a default; anywhere else a missing secret is refused. */
export function parseConfig(environment: Environment) {
  const values = checked(environment);
  const { local, rpId, mail } = situationOf(values);
  const functions = environment.VERCEL === '1';

  return {
    publicUrl: values.PUBLIC_URL,
    local,
    development: environment.NODE_ENV === 'development',
    /** Called as functions by a platform, rather than a process that lives. */
    functions,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE ?? (functions ? 2 : 10),
    dataDir: values.DATA_DIR,
    /** The first seals, all of them open */
    appSecrets: values.APP_SECRET ?? localSecrets(values.DATA_DIR),
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
    /** Passwords and links leave this machine encrypted or not at all */
    smtpRequiresTls: Boolean(values.SMTP_URL) && !isLoopback(new URL(values.SMTP_URL!).hostname),
    mailFrom: values.MAIL_FROM,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    allowedHosts: values.ALLOWED_HOSTS,
    privateClients: values.PRIVATE_CLIENTS,
    sessionIdle: values.SESSION_IDLE,
    sessionMax: values.SESSION_MAX,
    recoveryHold: values.RECOVERY_HOLD,
    auditRetentionDays: values.AUDIT_RETENTION_DAYS,
    rateLimitScale: values.RATE_LIMIT_SCALE,
    accentColor: values.ACCENT_COLOR,
    securityContact: values.SECURITY_CONTACT,
    metricsToken: values.METRICS_TOKEN,
    cronSecret: values.CRON_SECRET,
    logLevel: values.LOG_LEVEL,
    /** What to tell the operator at the start: it is allowed, and hardly meant */
    warnings: [...doubts(values, functions), ...misspeltNames(Object.keys(environment))],
  };
}

/** Checks every setting, and then the good ones together, so that one start shows all that is wrong. */
function checked(environment: Environment): Values {
  const { given, problems, unread } = withFiles(environment);
  const parsed = schema.safeParse(given, { error: sentenceFor });
  const issues = parsed.error?.issues ?? [];
  const wrong = new Set([...unread, ...issues.map((issue) => String(issue.path[0]))]);
  const values =
    parsed.data ?? schema.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name))));

  problems.push(...new Set(issues.map((issue) => `${String(issue.path[0])} ${issue.message}`)));
  const functions = environment.VERCEL === '1';
  if ((given.LATCHKEY_IMAGE || functions) && !given.PUBLIC_URL) {
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
