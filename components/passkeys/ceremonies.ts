import { startAuthentication, startRegistration, WebAuthnAbortService } from '@simplewebauthn/browser';

/** Asks for a passkey, also where a password manager answers in the browser's place and less well than it would. */
export const requestPasskey: typeof startAuthentication = (options) => {
  tolerate('get');
  return startAuthentication(options);
};

/** The same for a new passkey. */
export const makePasskey: typeof startRegistration = (options) => {
  tolerate('create');
  return startRegistration(options);
};

/** Withdraws whatever is being asked; what asked ends like an aborted request, without a word. */
export const cancelCeremony = () => WebAuthnAbortService.cancelCeremony();

type Options = CredentialCreationOptions & CredentialRequestOptions;
type Method = (options?: Options) => Promise<Credential | null>;
const tolerant = new WeakSet<Method>();

/** Password managers put functions of their own in these places, some of them long after the page was there. */
function tolerate(name: 'get' | 'create') {
  const { credentials } = navigator;
  const method = credentials?.[name] as Method | undefined;
  if (!method || tolerant.has(method)) return;
  const wrapped: Method = async (options) =>
    completed(await Promise.race([method.call(credentials, options), aborted(options?.signal)]));
  tolerant.add(wrapped);
  Object.defineProperty(credentials, name, { value: wrapped, configurable: true, writable: true });
}

/** Ends like the request should, for who does not listen to the signal. */
const aborted = (signal?: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason));
  });

/** What the library reads of a credential, with something in the place of what is missing or throws. */
function completed(credential: Credential | null): Credential | null {
  if (!credential) return null;
  const { id, type, rawId, response, authenticatorAttachment, getClientExtensionResults } =
    credential as PublicKeyCredential & { response: AuthenticatorAttestationResponse & AuthenticatorAssertionResponse };
  const { clientDataJSON, attestationObject, authenticatorData, signature, userHandle } = response ?? {};
  if (!rawId || !clientDataJSON || !(attestationObject ?? authenticatorData))
    throw new DOMException('The credential is not complete.', 'DataError');
  const read = { clientDataJSON, attestationObject, authenticatorData, signature, userHandle };
  return {
    ...{ id, type, rawId, authenticatorAttachment },
    response: { ...read, getTransports: () => orNothing(() => response.getTransports()) ?? [] },
    getClientExtensionResults: () => orNothing(() => getClientExtensionResults.call(credential)) ?? {},
  } as Credential;
}

function orNothing<T>(read: () => T) {
  try {
    return read();
  } catch {
    return undefined;
  }
}
