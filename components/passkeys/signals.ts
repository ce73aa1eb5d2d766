import { listPasskeys } from './api';
import type { PasskeyListing } from './types';

type Signals = Partial<Record<(typeof names)[number], (details: object) => Promise<void>>>;
const names = ['signalAllAcceptedCredentials', 'signalCurrentUserDetails', 'signalUnknownCredential'] as const;

/** Tells the password manager which passkeys still open this account. Only ever call it with a complete list. */
export const signalAccepted = (rpId: string, userId: string, allAcceptedCredentialIds: readonly string[]) =>
  send('signalAllAcceptedCredentials', { rpId, userId, allAcceptedCredentialIds });

export const signalUserDetails = (rpId: string, userId: string, name: string, displayName: string) =>
  send('signalCurrentUserDetails', { rpId, userId, name, displayName });

/** Tells the password manager that this passkey opens nothing here. */
export const signalUnknown = (rpId: string, credentialId: string) =>
  send('signalUnknownCredential', { rpId, credentialId });

/** Which passkeys there are, to tell the password manager later; nothing where the complete list cannot be had. */
export const readAccepted = () => listPasskeys().then((listing) => (listing.ok ? listing.value : undefined));

/** That a passkey was removed, from a list read before; without one nothing is signalled, because a short list would hide good passkeys. */
export async function signalRemoved(listing: PasskeyListing | undefined, removed: string) {
  if (!listing) return;
  const left = listing.passkeys.filter(({ id }) => id !== removed);
  await signalAccepted(
    listing.rpId,
    listing.userHandle,
    left.map(({ credentialId }) => credentialId),
  );
}

/** A signal is a courtesy: a browser without it, or one that refuses, changes nothing for the person. */
async function send(name: (typeof names)[number], details: object) {
  const known = window.PublicKeyCredential as unknown as Signals | undefined;
  try {
    await known?.[name]?.(details);
  } catch {}
}
