import ipaddr from 'ipaddr.js';
import { getPublicSuffix } from 'tldts';
import { isLoopback } from './hosts';
import { thatHold } from './refusal';
import type { Values } from './settings';

const isUnder = (rpId: string, origin: string) => `.${new URL(origin).hostname}`.endsWith(`.${rpId}`);

/** What is derived from several settings: the public address, and how mail is sent. */
export function situationOf(values: Values) {
  const { hostname, protocol } = new URL(values.PUBLIC_URL);
  const local = protocol === 'http:';
  const mail = values.SMTP_URL ? 'smtp' : local ? 'outbox' : 'none';
  return { hostname, local, rpId: values.WEBAUTHN_RP_ID ?? hostname, mail };
}

/** Values that are valid alone, but not in combination (requirements N3). */
export function contradictions(values: Values, functions: boolean) {
  const { hostname, local, rpId, mail } = situationOf(values);
  const origins = values.WEBAUTHN_RP_ORIGIN ?? [values.PUBLIC_URL];
  const insecure = origins.filter((origin) => !local && origin.startsWith('http:'));
  return thatHold({
    'APP_SECRET is missing: set at least 32 random characters (openssl rand -base64 48)': !local && !values.APP_SECRET,
    'TRUSTED_PROXIES is missing: name the proxy in front (loopback, private, an address, a CIDR range) or none':
      !local && !functions && !values.TRUSTED_PROXIES,
    // After a move, passkeys keep the old RP ID; the list then says so by naming an origin of each (WebAuthn §5.11).
    [`WEBAUTHN_RP_ID ${rpId} is not ${hostname} or a parent domain of it`]:
      !isUnder(rpId, values.PUBLIC_URL) && !values.WEBAUTHN_RP_ORIGIN?.some((origin) => isUnder(rpId, origin)),
    [`WEBAUTHN_RP_ID ${rpId} is not a registrable domain, which passkeys need`]:
      !local && (!rpId.includes('.') || ipaddr.isValid(rpId)),
    [`WEBAUTHN_RP_ID ${rpId} is a public suffix, under which anybody has sites: use a domain of your own below it`]:
      !local && rpId.includes('.') && getPublicSuffix(rpId, { allowPrivateDomains: true }) === rpId,
    'WEBAUTHN_RP_ORIGIN must contain PUBLIC_URL': !origins.includes(values.PUBLIC_URL),
    [`WEBAUTHN_RP_ORIGIN ${insecure.join(' ')} is for localhost only: use https`]: insecure.length > 0,
    'SIGN_UP=open needs SMTP_URL, because an address is proven by a link; invite works without':
      values.SIGN_UP === 'open' && mail === 'none',
    'PUBLIC_URL is on localhost, where nobody can open functions: set the address that people open': functions && local,
    'DATABASE_URL is missing: functions have no disk that lasts, so the embedded database is not for them':
      functions && !values.DATABASE_URL,
    'SESSION_IDLE is longer than SESSION_MAX': values.SESSION_IDLE > values.SESSION_MAX,
  });
}

/** Combinations that are allowed, but unlikely to be meant. */
export function doubts({ SMTP_URL, MAIL_FROM, CRON_SECRET }: Values, functions: boolean) {
  const domain = MAIL_FROM.replace(/^.*@|>$/g, '');
  return thatHold({
    [`MAIL_FROM is an address at ${domain}, which other mail servers refuse: set one of a domain of yours`]:
      Boolean(SMTP_URL) && !isLoopback(new URL(SMTP_URL!).hostname) && isLoopback(domain),
    'CRON_SECRET is missing, so nothing can call /api/jobs: what has expired stays, and apps are not told of a sign-out':
      functions && !CRON_SECRET,
  });
}
