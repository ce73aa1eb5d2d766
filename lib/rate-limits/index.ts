import 'server-only';

export {
  type Attempt,
  admitAttempt,
  attemptOf,
  takeAttempt,
  takeCounted,
  takeEmailAttempt,
  tooManyRequests,
} from './attempts';
export { recordDenied } from './denied';
export { clearFactorAttempts, type GuessableFactor, giveBackFactorAttempt, takeFactorAttempt } from './factors';
export type { LimitName } from './limits';
export {
  type AttemptCount,
  type AttemptValues,
  attemptIn,
  countedAttempt,
  isWithinLimit,
  purgeCounters,
  purgeFailures,
} from './queries';
