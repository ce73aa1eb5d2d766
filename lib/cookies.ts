import { config } from '@/lib/config';

export type CookieKind =
  | 'session'
  | 'browser'
  | 'enrolment'
  | 'second-factor'
  | 'passkey-offer'
  | 'return-to'
  | 'signed-out';

/** `__Host-` binds a cookie to this very origin; browsers refuse that prefix on http, so localhost goes without. */
export const cookieName = (kind: CookieKind) => (config.local ? `latchkey-${kind}` : `__Host-latchkey-${kind}`);

/** What every cookie of ours has; `maxAge` in seconds, 0 to remove it. */
export const cookieSettings = (maxAge: number) =>
  ({ httpOnly: true, secure: !config.local, sameSite: 'lax', path: '/', maxAge }) as const;

/** `Clear-Site-Data` for who signs out: what was kept of our pages. Never cookies, which would be those of every app under the domain. */
export const CLEARED_AT_SIGN_OUT = '"cache", "storage"';
