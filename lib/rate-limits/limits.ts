import { HOURS, MINUTES } from '@/lib/time';

/**
 * How often one source (an IPv4 address, an IPv6 /64) may ask. A passkey cannot be guessed, so these protect the
 * machine and the mailboxes, not the passkeys; `RATE_LIMIT_SCALE` multiplies them where many people share an address.
 */
export const limits = {
  ceremony: { points: 120, per: 1 * MINUTES },
  'sign-in': { points: 60, per: 1 * MINUTES },
  password: { points: 30, per: 5 * MINUTES },
  recovery: { points: 10, per: 10 * MINUTES },
  enrolment: { points: 30, per: 10 * MINUTES },
  'sign-up': { points: 20, per: 1 * HOURS },
  oidc: { points: 1200, per: 1 * MINUTES },
  'user-code': { points: 10, per: 10 * MINUTES },
  /** Of a source that sends an API key, whatever it is worth. */
  api: { points: 1200, per: 1 * MINUTES },
  /** Of one API key, from wherever it is used. */
  'api-key': { points: 600, per: 1 * MINUTES },
  manage: { points: 120, per: 1 * MINUTES },
  denied: { points: 60, per: 10 * MINUTES },
  /** Counted for a mailbox and a purpose, whoever asks. A link lives as long, so the newest that came works while no more are sent. */
  email: { points: 5, per: 1 * HOURS },
} as const;

/** What is counted for a source. */
export type LimitName = Exclude<keyof typeof limits, 'email'>;
