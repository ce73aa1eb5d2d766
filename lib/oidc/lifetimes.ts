import { config } from '@/lib/config';
import { HOURS, MINUTES } from '@/lib/time';

/** How long what the provider hands out lasts, in seconds. None outlives the session that it came from. */
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
