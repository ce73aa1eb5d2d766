import 'server-only';

export { judgeReadiness, type Readiness, type RecoveryFacts, readRecoveryFacts } from './readiness';
export { readStepUpMethods, readWaysIn, type StepUpMethods } from './ways-in';
