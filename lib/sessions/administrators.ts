import { randomUUID } from 'node:crypto';
import type { Session } from '@/lib/actor';
import { wayInOf } from '@/lib/ways-in';
import { heldFor, isHeld, type Origin, passedOn } from './origin';
import type { Strength } from './queries';
import { lastAuthentication } from './reauthentication';

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
