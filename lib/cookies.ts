import { config } from '@/lib/config';

export type CookieKind = 'session' | 'browser' | 'enrolment' | 'second-factor' | 'passkey-offer' | 'return-to';

/** `__Host-` binds a cookie to this very origin; browsers refuse that prefix on http, so localhost goes without. */
export const cookieName = (kind: CookieKind) => (config.local ? `latchkey-${kind}` : `__Host-latchkey-${kind}`);

/** What every cookie of ours has; `maxAge` in seconds, 0 to remove it. */
export const cookieSettings = (maxAge: number) =>
  ({ httpOnly: true, secure: !config.local, sameSite: 'lax', path: '/', maxAge }) as const;
