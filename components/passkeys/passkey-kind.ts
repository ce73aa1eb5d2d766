import type { Passkey } from './types';

export type PasskeyKind = 'cloud' | 'phone' | 'laptop' | 'security-key';

type Facts = Pick<Passkey, 'authenticatorAttachment' | 'transports' | 'backupEligible'>;

/** What a passkey most likely lives on, for its mark and its words. It is a guess from what the browser said. */
export function passkeyKind({ authenticatorAttachment, transports, backupEligible }: Facts): PasskeyKind {
  if (backupEligible) return authenticatorAttachment === 'cross-platform' ? 'phone' : 'cloud';
  const plugged = transports.some((transport) => ['usb', 'nfc', 'ble', 'smart-card'].includes(transport));
  if (plugged) return 'security-key';
  if (transports.includes('internal') || authenticatorAttachment === 'platform') return 'laptop';
  return transports.includes('hybrid') ? 'phone' : 'security-key';
}
