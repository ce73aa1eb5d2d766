import type { PasskeyListing } from './types';

/** What `AcceptedPasskeys` tells the password manager of a list: no more of it is sent to the browser. */
export const acceptedOf = ({ rpId, userHandle, passkeys }: PasskeyListing) => ({
  rpId,
  userHandle,
  credentialIds: passkeys.map(({ credentialId }) => credentialId),
});
