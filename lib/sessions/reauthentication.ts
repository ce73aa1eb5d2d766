import type { Session } from '@/lib/actor';
import { MINUTES } from '@/lib/time';

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
