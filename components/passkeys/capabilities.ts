export type Support = 'yes' | 'no' | 'unknown';

type Available = () => Promise<boolean>;
type Browser = {
  getClientCapabilities?: () => Promise<Record<string, boolean | undefined>>;
  isConditionalMediationAvailable?: Available;
  isUserVerifyingPlatformAuthenticatorAvailable?: Available;
  signalAllAcceptedCredentials?: unknown;
};

const browser = () =>
  typeof window === 'undefined' ? undefined : (window.PublicKeyCredential as unknown as Browser | undefined);

/** Whether this browser knows passkeys at all; only a clear no may hide anything. */
export const canUsePasskeys = () => browser() !== undefined && 'credentials' in navigator;

export const canAutofill = () => ask('conditionalGet', (known) => known.isConditionalMediationAvailable?.());

export const hasScreenLock = () =>
  ask('userVerifyingPlatformAuthenticator', (known) => known.isUserVerifyingPlatformAuthenticatorAvailable?.());

/** Whether the password manager can be asked to keep a passkey without a dialog; it must say so itself. */
export const canCreateSilently = () => ask('conditionalCreate', () => undefined);

/** Whether the browser takes a removed passkey out of the password manager by itself. */
export const canForgetRemoved = () => typeof browser()?.signalAllAcceptedCredentials === 'function';

async function ask(name: string, older: (known: Browser) => Promise<boolean> | undefined): Promise<Support> {
  const known = browser();
  if (!known) return 'no';
  try {
    const capable = (await known.getClientCapabilities?.())?.[name] ?? (await older(known));
    if (capable === undefined) return 'unknown';
    return capable ? 'yes' : 'no';
  } catch {
    return 'unknown';
  }
}
