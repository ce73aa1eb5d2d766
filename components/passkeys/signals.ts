import { listPasskeys } from './api';

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

/** From a fresh, complete list only; if it cannot be had, nothing is signalled, because a short list would hide good passkeys. */
export async function tellPasswordManager() {
  const listing = await listPasskeys();
  if (!listing.ok) return;
  const { rpId, userHandle, passkeys } = listing.value;
  await signalAccepted(
    rpId,
    userHandle,
    passkeys.map(({ credentialId }) => credentialId),
  );
}

/** A signal is a courtesy: a browser without it, or one that refuses, changes nothing for the person. */
async function send(name: (typeof names)[number], details: object) {
  const known = window.PublicKeyCredential as unknown as Signals | undefined;
  try {
    await known?.[name]?.(details);
  } catch {}
}
