import { isSigned, sign } from '@/lib/crypto';

const PURPOSE = 'device-done';
const outcomes = ['allowed', 'refused'] as const;
export type DeviceOutcome = (typeof outcomes)[number];

/** The page that tells how it ended with a device; its address is signed, so that opened by hand it tells nothing. */
export const deviceDonePath = (outcome: DeviceOutcome) =>
  `/device/done?${new URLSearchParams({ outcome, proof: sign(PURPOSE, outcome) })}`;

/** What that page may tell; nothing where its address is not one of ours. */
export const deviceOutcome = ({ outcome, proof: signature }: Record<string, unknown>) =>
  outcomes.find((one) => one === outcome && isSigned(PURPOSE, one, signature));
