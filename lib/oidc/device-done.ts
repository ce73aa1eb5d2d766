import { isSigned, sign } from '@/lib/crypto';

const PURPOSE = 'device-done';
const outcomes = ['allowed', 'refused'] as const;
export type DeviceOutcome = (typeof outcomes)[number];

/** The page with the outcome of a device's sign-in; its address is signed, so that nobody can make one up. */
export const deviceDonePath = (outcome: DeviceOutcome) =>
  `/device/done?${new URLSearchParams({ outcome, signature: sign(PURPOSE, outcome) })}`;

/** The outcome in that address; nothing where the signature is not ours. */
export const deviceOutcome = ({ outcome, signature }: Record<string, unknown>) =>
  outcomes.find((one) => one === outcome && isSigned(PURPOSE, one, signature));
