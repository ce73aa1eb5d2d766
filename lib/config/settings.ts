import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { DAYS } from '@/lib/time';
import { readDatabaseUrl } from './database-url';
import { asDomain, asOrigin, asSender, isAndroidApp, isOrigin } from './hosts';
import { secretsIn, weaknessOf } from './secrets';

const seconds = (standard: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(standard);
const like = (pattern: RegExp, message: string) => z.string().regex(pattern, message).optional();
const list = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
const isProxy = (name: string) => ['loopback', 'private', 'none'].includes(name) || ipaddr.isValidCIDR(name);
const isHost = (name: string) => ipaddr.isValidCIDR(name) || /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.test(name);
const asCidr = (name: string) => {
  if (!ipaddr.isValid(name)) return name;
  const address = ipaddr.process(name);
  return `${address}/${address.kind() === 'ipv4' ? 32 : 128}`;
};

const ORIGIN = 'must be an origin such as https://id.example.com, https except on localhost';
const origin = z.string().transform(asOrigin).refine(isOrigin, ORIGIN);
const answering = z
  .string()
  .transform(asOrigin)
  .refine((text) => isOrigin(text) || isAndroidApp(text), `${ORIGIN}, or android:apk-key-hash:…`);
const attachments = z.array(z.enum(['platform', 'cross-platform'])).min(1);

/** Every setting by itself: its allowed values and its default. */
export const schema = z.object({
  PUBLIC_URL: origin.default('http://localhost:3000'),
  DATABASE_URL: like(/^postgres(ql)?:\/\//, 'must start with postgres://').superRefine((url, { addIssue }) => {
    for (const message of url ? readDatabaseUrl(url).problems : []) addIssue({ code: 'custom', message });
  }),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(500).optional(),
  DATA_DIR: z.string().default('.data'),
  APP_SECRET: z
    .string()
    .superRefine((text, { addIssue }) => {
      const message = weaknessOf(text);
      if (message) addIssue({ code: 'custom', message });
    })
    .transform(secretsIn)
    .optional(),
  WEBAUTHN_RP_ID: z
    .string()
    .transform(asDomain)
    .refine((name) => /^[a-z0-9.-]+$/.test(name), 'must be a domain without scheme or port')
    .optional(),
  WEBAUTHN_RP_NAME: z.string().min(1).max(64).default('Latchkey'),
  WEBAUTHN_RP_ORIGIN: z.string().transform(list).pipe(z.array(answering).min(1)).optional(),
  WEBAUTHN_CHALLENGE_TIMEOUT: seconds(300, 300, 600),
  WEBAUTHN_AUTHENTICATOR_ATTACHMENT: z.string().default('platform,cross-platform').transform(list).pipe(attachments),
  WEBAUTHN_USER_VERIFICATION: z.enum(['required', 'preferred', 'discouraged']).default('preferred'),
  WEBAUTHN_ATTESTATION: z.enum(['none', 'indirect', 'direct', 'enterprise']).default('none'),
  WEBAUTHN_RESIDENT_KEY: z.enum(['required', 'preferred', 'discouraged']).default('required'),
  SIGN_UP: z.enum(['open', 'invite', 'closed']).optional(),
  SMTP_URL: z
    .string()
    .refine(
      (text) => /^smtps?:\/\//.test(text) && URL.canParse(text),
      'must start with smtp:// or smtps://, and have what is special in its password percent-encoded',
    )
    .optional(),
  MAIL_FROM: z
    .string()
    .max(320)
    .transform((text, { addIssue }) => {
      const sender = asSender(text);
      if (!sender) addIssue({ code: 'custom', message: 'must be one address, such as Latchkey <id@example.com>' });
      return sender ?? text;
    })
    .default('Latchkey <latchkey@localhost>'),
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => list(text).map(asCidr))
    .pipe(z.array(z.string().refine(isProxy, 'takes addresses, CIDR ranges, loopback, private, or none')))
    .refine((names) => names.length === 1 || !names.includes('none'), 'names proxies beside none')
    .transform((names) => names.filter((name) => name !== 'none'))
    .optional(),
  ALLOWED_HOSTS: z
    .string()
    .transform((text) => list(text.toLowerCase()))
    .pipe(z.array(z.string().regex(/^(\[[\da-f:]+\]|[a-z\d.-]+)$/, 'takes hosts without port, separated by commas')))
    .default([]),
  PRIVATE_CLIENTS: z
    .string()
    .transform((text) => list(text).map(asCidr))
    .pipe(z.array(z.string().refine(isHost, 'takes hosts, host:port, addresses or CIDR ranges')))
    .default([]),
  SESSION_IDLE: seconds(7 * DAYS, 60, 90 * DAYS),
  SESSION_MAX: seconds(30 * DAYS, 60, 365 * DAYS),
  RECOVERY_HOLD: seconds(1 * DAYS, 60, 7 * DAYS),
  AUDIT_RETENTION_DAYS: z.coerce.number().int().min(1).default(365),
  DIRECT_ENTRIES: z.enum(['on', 'off']).default('on'),
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

export type Values = z.infer<typeof schema>;
