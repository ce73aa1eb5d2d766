import 'server-only';

export { showsAnotherAccount } from './access';
export { browserOf, rememberBrowser } from './browser';
export { contentSecurityPolicy } from './content-security-policy';
export { cookiesOf } from './cookies';
export { refuseForeignForm } from './foreign-form';
export { type FormState, formAction, refusedState } from './form-action';
export { isStorable, readForm, readJson } from './json-body';
export { answerRequest, jsonRoute, methods } from './json-route';
export { leavingTo, navigateTo } from './leaving';
export { loadPage } from './load-page';
export { formOf } from './operation-form';
export { goneWith, jsonOf } from './operation-route';
export { readTyped, TYPED_HEADER } from './other-build';
export { factorRefusal, factorSentence, nextPage, outcomeResponse, postponeOffer } from './outcome';
export { problemResponse, refusal, refused } from './problems';
export * from './session-cookie';
