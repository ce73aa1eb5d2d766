import 'server-only';

export { browserOf, rememberBrowser } from './browser';
export { contentSecurityPolicy } from './content-security-policy';
export { refuseForeignForm } from './foreign-form';
export { type FormState, formAction, refusedIn } from './form-action';
export { readForm, readJson } from './json-body';
export { jsonRoute, methods } from './json-route';
export { goOn, leavingTo } from './leaving';
export { readTyped, TYPED_HEADER } from './other-build';
export { factorRefusal, factorSentence, heldSentence, nextPage, outcomeResponse, postponeOffer } from './outcome';
export { type Problem, problemResponse, refusal } from './problems';
export {
  forgetPending,
  forgetSession,
  keepOutcome,
  pendingTokenOf,
  sessionTokenOf,
  signingBrowser,
} from './session-cookie';
