import { config } from '@/lib/config';
import { HOURS, MINUTES } from '@/lib/time';

/** How long what the provider hands out lasts, in seconds. All but the ID token end with the session they came from. */
export const lifetimes = () => ({
  AuthorizationCode: 60,
  AccessToken: 1 * HOURS,
  ClientCredentials: 1 * HOURS,
  IdToken: 1 * HOURS,
  DeviceCode: 10 * MINUTES,
  Interaction: 1 * HOURS,
  RefreshToken: config.sessionMax,
  Grant: config.sessionMax,
  Session: config.sessionMax,
});

/** How long a device waits before it asks again, in seconds (RFC 8628 §3.2). */
export const POLL_EVERY = 5;
