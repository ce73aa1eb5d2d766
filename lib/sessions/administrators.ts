import { randomUUID } from 'node:crypto';
import { heldFor, isHeld, type Origin, passedOn } from './origin';
import type { Session, Strength } from './queries';
import { isRecentlyAuthenticated, lastAuthentication } from './reauthentication';

/** What keeps a session from an administrator's change. */
export type AdminRefusal = 'not_administrator' | 'on_hold' | 'step_up_required' | 'stronger_proof_required';

/** A passkey, or two factors of any kind. */
export const isStrong = ({ amr, acr }: Strength) => acr === 'phr' || acr === 'phrh' || amr.includes('mfa');

/**
 * What an administrator's change asks of a session: a recent proof by a passkey or by two factors, none of which came by
 * a recovery link that is still held.
 */
export function whyNotAdmin(session: Session): AdminRefusal | undefined {
  if (session.role !== 'administrator') return 'not_administrator';
  if (isHeld(session)) return 'on_hold';
  if (!isRecentlyAuthenticated(session)) return 'step_up_required';
  return isStrong(lastAuthentication(session)) ? undefined : 'stronger_proof_required';
}

/**
 * The origin of a factor that is added in a session: that of the session. What an administrator adds with a password alone
 * is held like what a recovery adds, so that a password opens no more than it does by itself.
 */
export function originOfAdded(session: Session): Origin {
  if (session.role !== 'administrator' || isHeld(session)) return passedOn(session);
  const proof = lastAuthentication(session);
  return proof.amr.includes('pwd') && !isStrong(proof) ? heldFor(randomUUID()) : passedOn(session);
}
