import { randomUUID } from 'node:crypto';
import type { Session } from '@/lib/actor';
import { MINUTES } from '@/lib/time';
import { wayInOf } from '@/lib/ways-in';
import { heldFor, isHeld, type Origin, passedOn } from './origin';
import type { Strength } from './queries';

/** How long a sign-in or a step-up counts as recent. */
export const REAUTHENTICATION_LIFETIME = 10 * MINUTES;

/** The time of the last authentication: the sign-in, or a step-up since. */
const authenticatedAt = ({ authTime, stepUpAt }: Pick<Session, 'authTime' | 'stepUpAt'>) =>
  stepUpAt && stepUpAt > authTime ? stepUpAt : authTime;

/** The last authentication as apps see it: its time, with the methods and the class of that time. */
export function lastAuthentication(session: Session) {
  const { stepUpAmr, stepUpAcr, amr, acr } = session;
  const at = authenticatedAt(session);
  return at === session.stepUpAt && stepUpAmr && stepUpAcr ? { at, amr: stepUpAmr, acr: stepUpAcr } : { at, amr, acr };
}

/** The last instant until which this session needs no step-up. */
export const authenticatedUntil = (session: Pick<Session, 'authTime' | 'stepUpAt'>) =>
  new Date(authenticatedAt(session).getTime() + REAUTHENTICATION_LIFETIME * 1000);

export const isRecentlyAuthenticated = (session: Pick<Session, 'authTime' | 'stepUpAt'>) =>
  authenticatedUntil(session) > new Date();

/** A passkey, or two factors of any kind. */
export const isStrong = ({ amr, acr }: Strength) => acr === 'phr' || acr === 'phrh' || amr.includes('mfa');

/**
 * The origin of a factor that is added in a session: that of the session. What an administrator adds with a password alone
 * is held like what a recovery adds, so that a password opens no more than it does by itself.
 */
export function originOfAdded(session: Session): Origin {
  if (session.role !== 'administrator' || isHeld(session)) return passedOn(session);
  const authentication = lastAuthentication(session);
  return wayInOf(authentication.amr) === 'password' && !isStrong(authentication)
    ? heldFor(randomUUID())
    : passedOn(session);
}
