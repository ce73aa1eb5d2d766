import 'server-only';

export { enrol } from './enrol';
export { signInWithPasskey } from './passkey';
export { mayUpgradeSilently } from './policy';
export { stepUp } from './step-up';
