import 'server-only';

export { type Outcome, startSession } from './begin';
export { signInWithPasskey } from './passkey';
export { signInWithPassword } from './password';
export { mayUpgradeSilently } from './policy';
export { purgePending } from './queries';
export { signInWithRecoveryLink } from './recovery';
export { registerWithPasskey } from './register';
export { findPendingSignIn, finishSignIn } from './second-factor';
export { stepUp, stepUpWithPassword } from './step-up';
