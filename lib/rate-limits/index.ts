import 'server-only';

export { takeAttempt, takeEmailAttempt } from './attempts';
export { recordDenied } from './denied';
export { clearFactorAttempts, type GuessableFactor, giveBackFactorAttempt, takeFactorAttempt } from './factors';
export type { LimitName } from './limits';
export { purgeCounters, purgeFailures } from './queries';
