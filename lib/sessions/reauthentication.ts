import type { Session } from '@/lib/actor';
import { MINUTES } from '@/lib/time';

/** How long a sign-in or a step-up counts as a recent proof. */
export const REAUTHENTICATION_LIFETIME = 10 * MINUTES;

/** When somebody last proved to be there: at sign-in, or by a step-up since. */
const authenticatedAt = ({ authTime, stepUpAt }: Pick<Session, 'authTime' | 'stepUpAt'>) =>
  stepUpAt && stepUpAt > authTime ? stepUpAt : authTime;

/** The last proof as apps are told of it: its time, and what was worth what at that time and not before. */
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
