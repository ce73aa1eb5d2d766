import 'server-only';

export {
  type AuthenticationFailure,
  checkAuthentication,
  startAuthentication,
  startStepUp,
  type VerifiedAssertion,
} from './authentication';
export { reportLostDevice } from './lost-device';
export {
  listPasskeys,
  listPasskeysOf,
  type Passkey,
  readPasskeys,
  removePasskey,
  removePasskeyOf,
  renamePasskey,
} from './manage';
export { isKnownCredential, markUsed, purgeChallenges, usedNow } from './queries';
export {
  checkRegistration,
  finishRegistration,
  MOST_PASSKEYS,
  type RegistrationFailure,
  startRegistration,
  storePasskey,
} from './registration';
export {
  type AuthenticationCredential,
  authenticationAnswer,
  type RegistrationCredential,
  registrationAnswer,
} from './schemas';
