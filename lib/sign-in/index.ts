import 'server-only';

export type { Outcome } from './begin';
export { enrol } from './enrol';
export { signInWithPasskey } from './passkey';
export { signInWithPassword } from './password';
export { mayUpgradeSilently } from './policy';
export { purgePending } from './queries';
export { signInWithRecoveryLink } from './recovery';
export { findWaiting, finishSignIn } from './second-factor';
export { stepUp, stepUpWithPassword } from './step-up';
