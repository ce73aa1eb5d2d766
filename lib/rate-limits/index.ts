import 'server-only';

export {
  type Attempt,
  attemptOf,
  checkAttempt,
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
  countedAttempt,
  isWithinLimit,
  purgeCounters,
  purgeFailures,
} from './queries';
