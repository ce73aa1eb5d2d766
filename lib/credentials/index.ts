import 'server-only';

export { judgeReadiness, type Readiness, type RecoveryFacts, readRecoveryFacts } from './readiness';
export { readStepUpMethods, type StepUpMethods } from './step-up-methods';
export { readWaysIn } from './ways-in';
